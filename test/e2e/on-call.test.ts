import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, runOrders, type Ran } from '../support/run-orders.js';

/*
 * docs/workflow.md tells on-call what to type for each kind of failure. Here each kind is brought about, and what stands on
 * the page is typed.
 */

const scratch = mkdtempSync(join(tmpdir(), 'orders-on-call-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const DECLINED = { paymentMethod: 'pm_card_chargeDeclined' };
const AWAY = 'CheckInventory:TransientDependencyError*6';
const SLOW_BANK = 'CapturePayment:States.Timeout*3';

/** An order that goes wrong, by its id on the page. */
interface Trouble {
  readonly orderId: string;
  readonly fields?: object;
  readonly inject?: string;
  /** The execution is stopped in the middle of its retries. */
  readonly stopped?: true;
  /** Where its execution ends. */
  readonly failsIn?: string;
}

/** What the commands of a heading are for. */
const TROUBLES: Readonly<Record<string, readonly Trouble[]>> = {
  'Look first': [{ orderId: '1001', inject: AWAY, failsIn: 'CheckInventory' }],
  'The order was refused': [{ orderId: '1002', fields: DECLINED, failsIn: 'OrderFailed' }],
  'Something was away': [
    { orderId: '1003', inject: AWAY, failsIn: 'CheckInventory' },
    { orderId: '1103', inject: AWAY, failsIn: 'CheckInventory' },
    { orderId: '1004', inject: SLOW_BANK, failsIn: 'CapturePayment' },
  ],
  'A bug': [
    { orderId: '1005', inject: 'FulfillOrder:TypeError*1', failsIn: 'FulfillOrder' },
    { orderId: '1006', inject: 'FulfillOrder:AccessDeniedException*1', failsIn: 'FulfillOrder' },
  ],
  'It cannot be cancelled': [
    {
      orderId: '1007',
      fields: DECLINED,
      inject: 'CompensatingTransaction:InvariantViolationError*1',
      failsIn: 'CompensatingTransaction',
    },
  ],
  'It was stopped, or ran out of time': [
    { orderId: '1008', inject: SLOW_BANK, stopped: true },
    { orderId: '1009', inject: SLOW_BANK, stopped: true },
  ],
  'It cannot be redriven any more': [{ orderId: '1010', inject: 'FulfillOrder:TypeError*1', failsIn: 'FulfillOrder' }],
  'A confirmation is late': [{ orderId: '1011', inject: 'SendConfirmation:TypeError*1' }],
};

/** What every order of these has come to in the end: its row's status. */
const ENDS: Readonly<Record<string, string>> = {
  '1001': 'RECEIVED',
  '1002': 'FULFILLED',
  '1003': 'FULFILLED',
  '1103': 'FULFILLED',
  '1004': 'FULFILLED',
  '1005': 'FULFILLED',
  '1006': 'CANCELLED',
  '1007': 'CANCELLED',
  '1008': 'FULFILLED',
  '1009': 'CANCELLED',
  '1010': 'FULFILLED',
  '1011': 'FULFILLED',
};

interface Line {
  readonly words: readonly string[];
  readonly code: number;
}

/** The command lines under a heading, with the exit code that stands beside them, else 0. What is not ours is left out. */
function linesUnder(text: string): Line[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
  return blocks
    .filter((line) => !line.startsWith('aws '))
    .map((line) => {
      const [command = '', remark = ''] = line.split('#');
      const [program, ...words] = command.trim().split(' ');
      expect(program).toBe('orders');
      return { words, code: Number(/exit (\d+)/.exec(remark)?.[1] ?? 0) };
    });
}

const PAGE = readFileSync(join(ROOT, 'docs/workflow.md'), 'utf8');
const CHAPTER = /\n## What on-call does\n([\s\S]*?)\n## /.exec(PAGE)?.[1] ?? '';
const SECTIONS = new Map(
  CHAPTER.split('\n### ')
    .slice(1)
    .map((section): [string, Line[]] => [section.split('\n')[0] ?? '', linesUnder(section)])
    .filter(([, lines]) => lines.length > 0),
);

test('every command of the chapter belongs to a failure that is tried', () => {
  expect([...SECTIONS.keys()]).toEqual(Object.keys(TROUBLES));
});

describe.each([...SECTIONS])('%s', (heading, lines) => {
  const folder = join(scratch, heading, 'data');
  const cwd = join(scratch, heading, 'cwd');
  const orders = (...words: readonly string[]): Promise<Ran> => runOrders(words, { folder, cwd });
  const troubles = TROUBLES[heading] ?? [];

  test('is mended by what the page says', { timeout: 120_000 }, async () => {
    mkdirSync(folder, { recursive: true });
    mkdirSync(cwd, { recursive: true });
    for (const trouble of troubles) await bring(trouble);
    for (const { words, code } of lines) {
      const ran = await orders(...words);
      expect({ words, code: ran.code, stderr: ran.stderr }).toEqual({ words, code, stderr: ran.stderr });
    }
    for (const { orderId } of troubles) {
      const shown = JSON.parse((await orders('local', 'show', orderId, '--json')).stdout) as {
        orders: { status: string }[];
      };
      expect([orderId, shown.orders.at(-1)?.status]).toEqual([orderId, ENDS[orderId]]);
      // Only what was merely looked at still waits for somebody.
      const { stdout } = await orders('audit', orderId);
      expect(stdout.includes('nothing found')).toBe(ENDS[orderId] !== 'RECEIVED');
    }
  });

  async function bring({ orderId, fields = {}, inject, stopped, failsIn }: Trouble): Promise<void> {
    const order = {
      orderId,
      userId: 'u',
      items: [{ productId: 'mug-white', quantity: 1 }],
      shippingAddress: { country: 'US' },
    };
    const file = join(cwd, `${orderId}.json`);
    writeFileSync(file, JSON.stringify({ ...order, ...fields }));
    const faults = inject === undefined ? [] : ['--inject', inject];
    const started = await orders('start', '--file', file, ...faults, ...(stopped ? [] : ['--wait', '--fast-forward']));
    if (stopped) expect((await orders('stop', orderId, '--yes')).code).toBe(0);
    else expect(started.code).toBe(failsIn === undefined ? 0 : 3);
    if (failsIn !== undefined) {
      const { stdout } = await orders('explain', orderId);
      expect(stdout).toMatch(new RegExp(`^what .*(${failsIn}( \\(.*\\))? failed|Fail state ${failsIn}$)`, 'm'));
    }
    // Whoever orders again corrects what was wrong.
    writeFileSync(file, JSON.stringify(order));
  }
});
