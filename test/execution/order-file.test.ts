import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openOrders } from '../../src/lib/bulk/open-orders.js';
import { orderInput, type ByteSource, type OrderInput } from '../../src/lib/execution/order-file.js';

const folder = mkdtempSync(join(tmpdir(), 'orders-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const order = {
  orderId: 'o-1',
  userId: 'u-1',
  items: [{ productId: 'sku-1', quantity: 2 }],
  shippingAddress: { country: 'DE' },
};
const json = JSON.stringify(order);

function refusal(text: string): string {
  try {
    orderInput(text, 'order.json', 1);
  } catch (error) {
    expect(error).toMatchObject({ exit: 'usage' });
    return (error as Error).message;
  }
  throw new Error('was taken');
}

async function* stream(...parts: string[]): AsyncGenerator<string> {
  yield* parts;
}

describe('orderInput', () => {
  it('gives canonical JSON', () => {
    expect(orderInput(JSON.stringify(order, null, 4), 'order.json', 1)).toEqual({
      orderId: 'o-1',
      attempt: 1,
      input:
        '{"items":[{"productId":"sku-1","quantity":2}],"orderId":"o-1","shippingAddress":{"country":"DE"},"userId":"u-1"}',
    });
  });

  it('puts the attempt beside the fields from the second on', () => {
    expect(JSON.parse(orderInput(json, 'order.json', 2).input)).toEqual({ ...order, attempt: 2 });
  });

  it.each([
    ['', 'order.json is empty'],
    [' \n', 'order.json is empty'],
    ['{"orderId": }', 'order.json is not JSON: line 1, column 13: a value is expected'],
    ['{\n  "orderId": "1"\n  "userId": "2"\n}', 'order.json is not JSON: line 3, column 3: "," or "}" is expected'],
    ['{"orderId": "1"', 'order.json is not JSON: line 1, column 16: the text ends too early'],
    ['orderId: 1', 'order.json is not JSON: line 1, column 1: a value is expected'],
    [`${json}\n${json}\n`, 'order.json holds more than one JSON value (line 2), and not one a line'],
    [`[${json},${json}]`, 'order.json is a list of 2, not an order'],
    ['"order"', 'order.json is not a valid order: $ must be a JSON object, got text'],
    ['null', 'order.json is not a valid order: $ must be a JSON object, got null'],
  ])('refuses %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('names every fault at once', () => {
    const message = refusal('{"orderId":"","items":[{"productId":"a","quantity":0}]}');
    expect(message).toContain('order.json is not a valid order, it has 4 faults:');
    for (const path of ['$.orderId', '$.userId', '$.items[0].quantity', '$.shippingAddress'])
      expect(message).toContain(path);
  });

  it('refuses more than Step Functions takes, with both numbers', () => {
    expect(refusal(JSON.stringify({ ...order, note: 'x'.repeat(300_000) }))).toMatch(
      /^the order has 300\d{3} bytes, Step Functions takes 262144$/,
    );
  });

  it('refuses an order nested too deeply', () => {
    expect(
      refusal(
        `{"orderId":"o-1","userId":"u","items":[{"productId":"a","quantity":1}],"shippingAddress":{"country":"DE"},"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      ),
    ).toBe('the order is nested too deeply');
  });
});

async function readOrder(path: string, attempt: number, stdin: ByteSource): Promise<OrderInput> {
  const opened = await openOrders(path, attempt, stdin, folder);
  if (opened.kind !== 'one') throw new Error('more than one order');
  return opened.order;
}

describe('opening a file with one order', () => {
  it('reads a file, with or without a byte order mark', async () => {
    const path = join(folder, 'bom.json');
    writeFileSync(path, `\ufeff${json}`);
    expect((await readOrder(path, 1, stream())).orderId).toBe('o-1');
  });

  it('reads standard input, in pieces', async () => {
    expect((await readOrder('-', 1, stream(json.slice(0, 9), json.slice(9)))).orderId).toBe('o-1');
  });

  it('refuses a file that is not there, a folder, and text that is not UTF-8', async () => {
    const binary = join(folder, 'binary');
    writeFileSync(binary, Buffer.from([0xff, 0xfe, 0x00]));
    await expect(readOrder(join(folder, 'none.json'), 1, stream())).rejects.toMatchObject({
      exit: 'usage',
      message: `there is no file ${join(folder, 'none.json')}`,
    });
    await expect(readOrder(folder, 1, stream())).rejects.toThrow(`${folder} is a folder, not a file`);
    await expect(readOrder(binary, 1, stream())).rejects.toThrow(`${binary} is not UTF-8 text`);
    await expect(readOrder('-', 1, stream(''))).rejects.toThrow('standard input is empty');
  });

  it('stops reading what has no end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(1024 * 1024);
    }
    await expect(readOrder('-', 1, endless())).rejects.toThrow(/standard input has \d+ bytes or more/);
  });
});
