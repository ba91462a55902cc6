import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOf, openOrders } from '../../src/lib/bulk/open-orders.js';
import { readOrders, type OrderFormat } from '../../src/lib/bulk/order-entries.js';
import { referenceIn, readReferences } from '../../src/lib/bulk/references.js';
import { splitLines, splitList, type Piece } from '../../src/lib/bulk/split-orders.js';
import { surveyOrders } from '../../src/lib/bulk/survey-orders.js';
import { temporaryFolder } from '../support/run-orders.js';

const order = (orderId: string, quantity = 1): object => ({
  orderId,
  userId: 'u',
  items: [{ productId: 'mug', quantity }],
  shippingAddress: { country: 'DE', note: 'a "quoted" } ] \\ é' },
});
const folder = temporaryFolder();
let files = 0;
const fileOf = (text: string | Buffer): string => {
  const path = join(folder, `orders-${(files += 1)}`);
  writeFileSync(path, text);
  return path;
};
const cut = (text: string, size: number): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
};
const all = async (pieces: AsyncIterable<Piece>): Promise<[number, string][]> => {
  const found: [number, string][] = [];
  for await (const piece of pieces)
    found.push([piece.line, 'fault' in piece ? `! ${piece.fault}` : Buffer.from(piece.bytes).toString().trim()]);
  return found;
};

describe('splitting', () => {
  it.each([1, 2, 7, 1_000])('tells elements of a list apart, in chunks of %d bytes', async (size) => {
    const elements = [order('1'), order('2')].map((value) => JSON.stringify(value, null, 1));
    const text = `\ufeff [\n${elements.join(' ,\n')}\n] \n`;
    expect((await all(splitList(cut(text, size), 10_000))).map(([, element]) => element)).toEqual(elements);
  });

  it('is right for any JSON, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (values, size) => {
          const list = await all(splitList(cut(JSON.stringify(values, null, 1), size), 100_000));
          expect(list.map(([, text]) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
          const lines = await all(
            splitLines(cut(values.map((value) => JSON.stringify(value)).join('\r\n'), size), 100_000),
          );
          expect(lines.map(([, text]) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
        },
      ),
    );
  });

  it.each([
    [
      '[1,,2]',
      [
        [1, '1'],
        [1, '! a value is expected before this sign'],
        [1, '2'],
      ],
    ],
    ['[1\n2]', [[1, '1\n2']]],
    [
      '[1] 2',
      [
        [1, '1'],
        [1, '! there is more text behind the end of the list'],
      ],
    ],
    [
      '[1,\n{"a"',
      [
        [1, '1'],
        [2, '! the element that begins here does not end'],
      ],
    ],
    [
      '[1,\n',
      [
        [1, '1'],
        [2, '! the list does not end'],
      ],
    ],
  ])('says what is wrong with %j', async (text, expected) => {
    expect(await all(splitList([Buffer.from(text)], 100))).toEqual(expected);
  });

  it('does not hold a line or an element that is too long', async () => {
    const long = `1\n${'x'.repeat(50)}\n2\n`;
    expect(await all(splitLines(cut(long, 5), 20))).toEqual([
      [1, '1'],
      [2, '! it has 50 bytes, an order at most 20'],
      [3, '2'],
    ]);
    expect((await all(splitList(cut(`[{"a":"${'x'.repeat(50)}"},1]`, 5), 20)))[0]?.[1]).toContain('more than 20 bytes');
  });
});

describe('one order or many', () => {
  const json = JSON.stringify(order('1'));
  const pretty = JSON.stringify({ ...order('1'), items: [{ productId: 'a', quantity: 1 }] }, null, 2);
  it.each<[string, 'one' | OrderFormat]>([
    [json, 'one'],
    [pretty, 'one'],
    [pretty.replace(/\}$/u, ''), 'one'],
    [`${json}\n`, 'one'],
    [`${json}\n${json}`, 'lines'],
    [`nonsense\n${json}`, 'lines'],
    [`${json}${json}`, 'one'],
    ['[]', 'list'],
    [` [${json}]`, 'list'],
    ['', 'one'],
  ])('%j', (text, expected) => {
    expect(formatOf(Buffer.from(text), true, 'orders.json')).toBe(expected);
  });

  it('goes by the name where no line is right', () => {
    expect(formatOf(Buffer.from('{a\n{b'), true, 'x.ndjson')).toBe('lines');
    expect(formatOf(Buffer.from('{a\n{b'), true, 'x.json')).toBe('one');
  });

  it('copies what comes through a pipe, and removes the copy', async () => {
    const scratch = join(folder, 'scratch');
    const stdin = (async function* () {
      yield* cut(`${json}\n${JSON.stringify(order('2'))}\n`, 11);
    })();
    const opened = await openOrders('-', 1, stdin, scratch);
    if (opened.kind !== 'many') throw new Error('one order');
    const survey = await surveyOrders(opened.file, 1);
    survey.index.close();
    expect(survey).toMatchObject({ entries: 2, orders: 2 });
    await opened.close();
    await expect(surveyOrders(opened.file, 1)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['none', 'there is no file'],
    [folder, 'is a folder, not a file'],
    [fileOf(''), 'is empty'],
    [fileOf(Buffer.from([0xff, 0xfe, 0x00])), 'is not UTF-8 text'],
    [fileOf(`${json}${json}`), 'holds more than one JSON value (line 1), and not one a line'],
    [fileOf(`{"x":"${'x'.repeat(5_000_000)}"}`), 'bytes or more, an order at most 262144'],
  ])('refuses %s', async (path, message) => {
    const nothing = (async function* () {
      yield* [];
    })();
    await expect(openOrders(path, 1, nothing, folder)).rejects.toThrow(message);
  });
});

describe('readOrders', () => {
  it('names faulty places by their lines in the file, and goes on', async () => {
    const text = `${JSON.stringify(order('1'))}\n\n{"orderId":}\n${JSON.stringify(order('a b'))}\n{"orderId":"x"}`;
    const found: string[] = [];
    for await (const entry of readOrders({ path: fileOf(text), name: 'f', format: 'lines' }, 2))
      found.push(`${entry.line} ${'fault' in entry ? entry.fault : entry.order.orderId}`);
    expect(found.slice(0, 3)).toEqual(['1 1', '3 it is not JSON: line 3, column 12: a value is expected', '4 a b']);
    expect(found[3]).toMatch(/^5 it is not a valid order, it has 3 faults: \$\.userId is missing.*; \$\.items/u);
  });

  it('finds orders that stand twice, and those that contradict each other', async () => {
    const text = [order('1'), order('2'), order('1'), order('2', 5)].map((value) => JSON.stringify(value)).join('\n');
    const { index, ...survey } = await surveyOrders({ path: fileOf(text), name: 'f', format: 'lines' }, 1);
    expect(survey).toMatchObject({ entries: 4, orders: 4, faulty: 0, duplicates: 2 });
    expect(index.find('1')).toEqual({ number: 1, line: 1, contradicted: false });
    expect(index.find('2')).toEqual({ number: 2, line: 2, contradicted: true });
    index.close();
  });
});

describe('references', () => {
  it.each([
    ['1001', { reference: '1001' }],
    ['{"executionArn":"arn:x","orderId":"7"}', { reference: 'arn:x' }],
    ['{"orderId":"7","attempt":2}', { reference: '7', attempt: 2 }],
    ['{"orderId":7}', { fault: 'it has neither an "executionArn" nor an "orderId"' }],
    ['{nonsense', { fault: 'it is neither an order id, nor an ARN, nor a JSON object' }],
  ])('%j', (text, expected) => expect(referenceIn(text)).toEqual(expected));

  it('are read a line each', async () => {
    const nothing = (async function* () {
      yield* [];
    })();
    const found = [];
    for await (const reference of readReferences(fileOf('# ids\n1\n\n 2 \r\n'), nothing)) found.push(reference);
    expect(found).toEqual([
      { line: 2, reference: '1' },
      { line: 4, reference: '2' },
    ]);
    await expect(readReferences(join(folder, 'none'), nothing).next()).rejects.toThrow('there is no file');
  });
});
