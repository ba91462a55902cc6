import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keepPrices, priceCacheFile, priceCacheFolder, readKeptPrices } from '../../src/lib/pricing/price-cache.js';
import { askPriceList, readProducts } from '../../src/lib/pricing/price-list.js';
import { exactText, ratio } from '../../src/lib/pricing/ratio.js';
import { GB_SECOND, GB_SECOND_TIERS, MISLEADING, product, REQUEST, TRANSITION } from './price-list-answers.js';

const read = (...entries: unknown[]) => readProducts(entries, 'us-east-1');

describe('products of the Price List', () => {
  test('are told by the end of their usage type, whatever else is there, in any order', () => {
    // As the SDK gives them: objects, not texts.
    const entries = [...MISLEADING, GB_SECOND, REQUEST, TRANSITION].map((text) => new String(text));
    const prices = read(...entries);
    expect(exactText(prices.transition ?? ratio(0))).toBe('0.00005');
    expect(exactText(prices.express?.request ?? ratio(0))).toBe('0.000002');
    expect(
      prices.express?.gbSecond.map(({ from, to, price }) => [from, to, price].map((n) => n && exactText(n))),
    ).toEqual([
      ['0', '3600000', '0.00004'],
      ['3600000', '18000000', '0.00002'],
      ['18000000', undefined, '0.00001'],
    ]);
  });

  const tiers = (change: (tiers: typeof GB_SECOND_TIERS) => typeof GB_SECOND_TIERS): string =>
    product('USE1-StepFunctions-GB-Second', change(GB_SECOND_TIERS));
  test.each([
    ['nothing', [], 'the Price List has no transition for this region'],
    ['no request', [TRANSITION, GB_SECOND], 'the Price List has no request for this region'],
    ['only the free tier', MISLEADING.slice(0, 2), 'the Price List has no transition for this region'],
    [
      'a gap',
      [TRANSITION, REQUEST, tiers(([a, b]) => [a!, b!])],
      "the Price List's USE1-StepFunctions-GB-Second has tiers with a gap or an overlap",
    ],
    [
      'no last tier',
      [TRANSITION, REQUEST, tiers(([, b, c]) => [b!, c!])],
      "the Price List's USE1-StepFunctions-GB-Second has no last tier",
    ],
    [
      'a price of 0',
      [product('USE1-StateTransition', [{ from: '0', to: 'Inf', usd: '0' }]), REQUEST, GB_SECOND],
      "the Price List's USE1-StateTransition costs nothing",
    ],
    [
      'a negative price',
      [product('USE1-StateTransition', [{ from: '0', to: 'Inf', usd: '-1' }]), REQUEST, GB_SECOND],
      "the Price List's USE1-StateTransition has a price below 0",
    ],
    [
      'a word for a price',
      [product('USE1-StateTransition', [{ from: '0', to: 'Inf', usd: 'free' }]), REQUEST, GB_SECOND],
      "the Price List's USE1-StateTransition has a tier that cannot be read",
    ],
    [
      'two prices',
      [TRANSITION, product('X1-StateTransition', [{ from: '0', to: 'Inf', usd: '7' }]), REQUEST, GB_SECOND],
      'the Price List has several prices of a transition',
    ],
    [
      'tiers of a request',
      [TRANSITION, product('USE1-StepFunctions-Request', GB_SECOND_TIERS), GB_SECOND],
      'the Price List has tiers where it had none',
    ],
    ['no JSON', ['<html>'], 'the Price List gave a product that is not JSON'],
    ['other JSON', ['null', '[]', '{"product":7}'], 'the Price List has no transition for this region'],
  ])('%s is doubtful', (_what, entries, message) => {
    expect(() => read(...entries)).toThrow(expect.objectContaining({ name: 'DoubtfulAnswer', message }));
  });

  test('pages that never end are given up', async () => {
    const list = { getProducts: async () => ({ PriceList: [], NextToken: 'again', $metadata: {} }) };
    await expect(askPriceList(list, 'us-east-1')).rejects.toThrow('the Price List goes on after 50 pages');
  });
});

describe('kept prices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-prices-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'prices', 'us-east-1.json');
  const kept = { askedAt: 1_000, prices: read(TRANSITION, REQUEST, GB_SECOND) };
  const day = 24 * 3_600_000;

  test('are used for a day', () => {
    keepPrices(file, kept);
    expect(readKeptPrices(file, 1_000 + day - 1)).toEqual(kept);
    expect(readKeptPrices(file, 1_000 + day)).toBeUndefined();
    // From a clock that was ahead.
    expect(readKeptPrices(file, 999)).toBeUndefined();
  });

  test.each(['', '{', 'null', '{"schemaVersion":2}', '{"schemaVersion":1,"askedAt":1000,"transition":"x"}'])(
    'damaged (%j) are none',
    (text) => {
      writeFileSync(file, text);
      expect(readKeptPrices(file, 1_001)).toBeUndefined();
    },
  );

  test('that cannot be kept are no fault', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => keepPrices(join(folder, 'file', 'x.json'), kept)).not.toThrow();
  });

  test('lie in the folder of the platform, those of another endpoint apart', () => {
    expect(priceCacheFolder({ XDG_CACHE_HOME: '/cache' })).toBe(join('/cache', 'orders', 'prices'));
    expect(priceCacheFolder({}, 'darwin', '/home')).toBe(join('/home', 'Library', 'Caches', 'orders', 'prices'));
    expect(priceCacheFile('/c', 'us-east-1', undefined)).toBe(join('/c', 'us-east-1.json'));
    expect(priceCacheFile('/c', '../x', 'http://127.0.0.1:1')).toMatch(/^[/\\]c[/\\]___x-[0-9a-f]{12}\.json$/u);
  });
});
