import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GB_SECOND, MISLEADING, REQUEST, TRANSITION } from '../pricing/price-list-answers.js';
import { runOrders, temporaryFolder } from '../support/run-orders.js';
import { startWireStub, type ScriptedCall } from '../support/wire-stub.js';

/** The question that has to be asked, page by page. */
const asking = (region: string, token?: string): unknown => ({
  ServiceCode: 'AmazonStates',
  FormatVersion: 'aws_v1',
  Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: region }],
  MaxResults: 100,
  ...(token === undefined ? {} : { NextToken: token }),
});
const page = (PriceList: readonly string[], next?: string, token?: string): ScriptedCall => ({
  action: 'GetProducts',
  input: asking('us-east-1', token),
  output: { FormatVersion: 'aws_v1', PriceList, ...(next === undefined ? {} : { NextToken: next }) },
});

/** Two pages, nothing in order, an empty one between them. */
const PAGES = [
  page([...MISLEADING, GB_SECOND], 'two'),
  page([], 'three', 'two'),
  page([REQUEST, TRANSITION], undefined, 'three'),
];

interface Shown {
  readonly prices: {
    readonly source: string;
    readonly date: string;
    readonly notes: readonly string[];
    readonly transition: string;
  };
  readonly standard: { readonly total: string };
  readonly express: { readonly total: string };
}

async function ask(script: readonly ScriptedCall[], args: readonly string[] = [], cache = temporaryFolder()) {
  const stub = await startWireStub(script);
  const env = { AWS_ENDPOINT_URL_PRICING: stub.url, XDG_CACHE_HOME: cache };
  try {
    const run = async () => {
      const { stdout, stderr, code } = await runOrders(['cost', '--transitions', '10', '--json', ...args], { env });
      return { answer: JSON.parse(stdout) as Shown, stderr, code };
    };
    return { first: await run(), second: await run() };
  } finally {
    await stub.finish();
  }
}

const LIVE = { transition: '0.00005', notes: [] };

describe('live prices', () => {
  it('are asked for page by page, understood, and kept for the next time', async () => {
    const cache = temporaryFolder();
    const { first, second } = await ask(PAGES, [], cache);
    expect(first.answer).toMatchObject({ prices: { ...LIVE, source: 'live' }, standard: { total: '500' } });
    // 1M requests at 0.000002, 125,000 GB-seconds at 0.00004.
    expect(first.answer.express.total).toBe('7');
    expect(second.answer).toEqual({ ...first.answer, prices: { ...first.answer.prices, source: 'cached' } });
    expect(readdirSync(join(cache, 'orders', 'prices'))).toEqual([
      expect.stringMatching(/^us-east-1-[0-9a-f]{12}\.json$/u),
    ]);
  });

  it('are asked for again with --prices live, and never with --prices embedded', async () => {
    const { first, second } = await ask([...PAGES, ...PAGES], ['--prices', 'live']);
    expect([first, second].map(({ answer }) => answer.prices.source)).toEqual(['live', 'live']);
    const { first: table } = await ask([], ['--prices', 'embedded']);
    expect(table.answer.prices).toMatchObject({ source: 'embedded', transition: '0.000025' });
  });

  const refused = (type: string, message: string): ScriptedCall => ({
    action: 'GetProducts',
    error: { type, message },
  });
  it.each([
    [
      'refused',
      refused('AccessDeniedException', 'not allowed to GetProducts'),
      'AWS refuses: not allowed to GetProducts',
    ],
    ['an error', refused('InvalidParameterException', 'no such field'), 'no such field'],
    ['empty', page([]), 'the Price List has no transition for this region'],
    ['doubtful', page([TRANSITION, REQUEST]), 'the Price List has no gbSecond for this region'],
  ])('that are %s give way to the table, with a note', async (_what, call, reason) => {
    const { first } = await ask([call, call]);
    expect(first).toMatchObject({
      code: 0,
      answer: {
        prices: { source: 'embedded', transition: '0.000025', notes: [`no live prices: ${reason}`] },
        standard: { total: '250' },
      },
    });
  });

  it('say why there is no price where the table has none either', async () => {
    const stub = await startWireStub([refused('AccessDeniedException', 'not allowed')]);
    const env = { AWS_ENDPOINT_URL_PRICING: stub.url };
    const ran = await runOrders(['cost', '--region', 'mars-1'], { env });
    expect(ran).toMatchObject({ stdout: '', code: 10 });
    expect(ran.stderr.split('\n')[0]).toBe('Error: AWS refuses: not allowed');
    await stub.finish();
  });

  it('are had for a region that the table does not know', async () => {
    const text = (product: string): string => product.replaceAll('"us-east-1"', '"mars-1"').replaceAll('USE1', 'MRS1');
    const stub = await startWireStub([
      {
        action: 'GetProducts',
        input: asking('mars-1'),
        output: { PriceList: [TRANSITION, REQUEST, GB_SECOND].map(text) },
      },
    ]);
    const env = { AWS_ENDPOINT_URL_PRICING: stub.url, XDG_CACHE_HOME: temporaryFolder() };
    const { stdout } = await runOrders(['cost', '--region', 'mars-1', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ region: 'mars-1', prices: { source: 'live', transition: '0.00005' } });
    await stub.finish();
  });

  it('are not waited for when nobody answers', async () => {
    const env = { AWS_ENDPOINT_URL_PRICING: 'http://127.0.0.1:1', XDG_CACHE_HOME: temporaryFolder() };
    const { stdout, code } = await runOrders(['cost', '--executions', '1M'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {9}no live prices: cannot reach AWS/mu);
  });
});
