import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';

const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');
const TEMPLATE = join(ROOT, 'workflows/order-processing/order-processing.asl.json');

describe('orders graph', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orders-graph-'));
  const scratch = mkdtempSync(join(tmpdir(), 'orders-graph-out-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
  });
  const orders = (...args: string[]): Promise<Ran> => runOrders(args, { folder, cwd: EXAMPLES });
  beforeAll(async () => {
    await orders('start', '--file', 'declined.json', '--wait');
  }, 60_000);

  it('draws the definition of the environment', async () => {
    const { stdout, stderr, code } = await orders('graph');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout.split('\n').slice(0, 6)).toEqual([
      'order-processing',
      '* ValidateOrder',
      '|   on ValidationError -> OrderFailed',
      '* ProcessLineItems  Map',
      '| +- each item',
      '| | * ProcessItem',
    ]);
  });

  it('draws the template of the definition the same way', async () => {
    const states = (stdout: string): string[] => stdout.split('\n').slice(1);
    const own = await orders('graph');
    const { stdout, code } = await orders('graph', '--file', TEMPLATE);
    expect(code).toBe(0);
    expect(states(stdout)).toEqual(states(own.stdout));
  });

  it('shows what became of an order, and which way it went', async () => {
    const { stdout } = await orders('graph', '1003');
    expect(stdout).toContain('order 1003: FAILED\n= ValidateOrder  succeeded\n');
    expect(stdout).toContain('| | ! ChargePayment  error caught, PaymentDeclinedError\n');
    expect(stdout).toContain('    otherwise -> BlamePayment  (taken)\n. CapturePayment  not reached\n');
    expect(stdout).toContain('x OrderFailed  Fail  ended here\n');
  });

  it.each([
    ['svg', /^<\?xml[^]*ChargePayment[^]*error caught, PaymentDeclinedError[^]*<\/svg>\n$/],
    ['mmd', /^flowchart TD\n[^]*ChargePayment<br\/>error caught, PaymentDeclinedError/],
    ['dot', /^digraph "order 1003: FAILED" \{\n[^]*\}\n$/],
    ['txt', /^order 1003: FAILED\n= ValidateOrder {2}succeeded\n/],
  ])('writes %s files, by their ending', async (ending, content) => {
    const file = join(scratch, `picture.${ending}`);
    const { stdout, stderr, code } = await orders('graph', '1003', '--output', file);
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: `written to ${file}\n`, code: 0 });
    expect(readFileSync(file, 'utf8')).toMatch(content);
  });

  it('is one object under --json', async () => {
    const { stdout, stderr, code } = await orders('graph', '1003', '--json', '--format', 'mermaid');
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const answer = JSON.parse(stdout) as { picture: string; states: object[] };
    expect(answer).toMatchObject({ environment: 'local', orderId: '1003', status: 'FAILED', format: 'mermaid' });
    expect(answer.picture).toMatch(/^flowchart TD\n/);
    expect(answer.states).toContainEqual({
      stateName: 'ChargePayment',
      type: 'Task',
      depth: 1,
      outcome: 'caught',
      visits: 1,
      attempts: 1,
      error: 'PaymentDeclinedError',
    });
    expect(answer.states).toContainEqual({
      stateName: 'FulfillOrder',
      type: 'Task',
      depth: 0,
      outcome: 'not-reached',
      visits: 0,
      attempts: 0,
    });
  });

  it.each([
    [['--file', 'nowhere.json'], 2, 'cannot read the definition nowhere.json: there is no such file'],
    [['--file', EXAMPLES], 2, 'it is a folder'],
    [['--file', 'order.json'], 2, 'order.json is not a definition in the States Language'],
    [['1003', '--file', 'order.json'], 2, '--file order.json and the order 1003 are two definitions'],
    [['--attempt', '2'], 2, '--attempt 2 goes with an order'],
    [['1003', '--output', join(scratch, 'no', 'where.svg')], 2, 'cannot write'],
    [['nobody'], 7, 'there is no order nobody'],
  ])('refuses %j', async (args, exit, message) => {
    for (const flags of [[], ['--json']]) {
      const { code, stdout, stderr } = await orders('graph', ...args, ...flags);
      expect(code).toBe(exit);
      expect(
        flags.length > 0 ? (JSON.parse(stdout) as { error: { message: string } }).error.message : stderr,
      ).toContain(message);
    }
  });

  it('shows names without their control characters', async () => {
    const file = join(scratch, 'evil.json');
    writeFileSync(file, JSON.stringify({ StartAt: 'A\u001b[2J', States: { 'A\u001b[2J': { Type: 'Succeed' } } }));
    expect((await orders('graph', '--file', file)).stdout).toContain('* A\\x1b[2J  Succeed\n');
  });
});
