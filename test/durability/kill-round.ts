import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'libsql';
import type { HistoryAnswer, LedgerAnswer, ListAnswer, StatusAnswer } from './answers.js';
import {
  callFaults,
  callsIn,
  doubleMessages,
  FUNCTIONS,
  idFaults,
  ledgerFaults,
  type Call,
  type Death,
} from './evidence.js';
import { KINDS, orderFile, type Kind } from './example-orders.js';
import { functionStarts } from './function-logs.js';
import { ordersJson, OrdersProcess, type Launch } from './orders-process.js';
import { pick, type Random } from './random.js';
import { startServer } from './server.js';

/** How often an order may be driven on before we say that it does not end. */
const TRIES = 5;

/** Fails a task for once in a way that is not retried, so that there is something to redrive. */
const INJECTED = 'Injected.Fault';

interface PlannedOrder {
  readonly kind: Kind;
  readonly orderId: string;
  readonly file: string;
  /** The first start makes it fail on the way. */
  readonly faulty: boolean;
  /** As far as a command has told. */
  standing: 'open' | 'failed' | 'ended';
}

export interface RoundFigures {
  readonly kills: number;
  /** Kills that an execution outlived: it has events before and after. The others came before its start or after its end. */
  readonly killsInTheMiddle: number;
  readonly executions: number;
  readonly events: number;
  /** Function calls that the histories have. */
  readonly calls: number;
  /** Function calls beyond these. */
  readonly repeatedCalls: number;
  readonly doubleMessages: number;
  readonly redrives: number;
  /** Empty: everything held. */
  readonly faults: readonly string[];
}

/**
 * Plays one round in an empty data folder: processes that drive orders are killed (kill -9) at random moments, then
 * everything is brought to its end as a user would do it, and the evidence is read through the command line.
 *
 * @param kills how many processes to kill.
 * @param span milliseconds: how long an undisturbed run takes; kills fall anywhere within it.
 */
export async function playRound(random: Random, kills: number, span: number, launch: Launch): Promise<RoundFigures> {
  const planned: PlannedOrder[] = [];
  const deaths: Death[] = [];
  while (deaths.length < kills) {
    const death = await killOne(random, planned, span, launch);
    if (death !== undefined) deaths.push(death);
  }
  // Half of the rounds are brought home by a server that adopts what was left, the others by the commands.
  if (random() < 0.5) await serveToTheEnd(launch);
  const faults: string[] = [];
  for (const order of planned) await finish(order, launch, faults);
  const evidence = await gather(planned, deaths, launch);
  return { ...evidence, kills: deaths.length, faults: [...faults, ...evidence.faults] };
}

/** How long a start takes that nobody disturbs, in milliseconds. */
export async function undisturbedSpan(launch: Launch): Promise<number> {
  const file = orderFile('order.json', 'undisturbed', join(launch.folder, 'files'));
  const run = new OrdersProcess(['start', '--file', file, '--wait'], launch);
  const { code, at, stderr } = await run.ended;
  if (code !== 0) throw new Error(`an order that nobody disturbs ended with exit ${code}:\n${stderr}`);
  return at - run.startedAt;
}

/** @returns undefined when the process had ended before its moment came. */
async function killOne(
  random: Random,
  planned: PlannedOrder[],
  span: number,
  launch: Launch,
): Promise<Death | undefined> {
  const first = planned.length === 0;
  const order = nextOrder(random, planned, launch);
  const serves = !first && random() < 0.2;
  const drive = driveCommand(random, order);
  const victim = new OrdersProcess(serves ? ['local', 'serve', '--port', '0'] : drive, launch);
  // Sometimes another process looks on, and has to take over at once.
  const heir = random() < 0.2 ? new OrdersProcess(drive, launch) : undefined;
  await Promise.race([pause(random() * span), victim.ended]);
  const from = Date.now();
  if (victim.running) victim.signal('SIGKILL');
  const { signal, code, at } = await victim.ended;
  if (signal === null && !serves) order.standing = standingAfter(code, order);
  if (heir !== undefined) order.standing = standingAfter((await heir.ended).code, order);
  return signal === null ? undefined : { from, to: at };
}

/** One that has not ended; mostly the one that was interrupted last. */
function nextOrder(random: Random, planned: PlannedOrder[], launch: Launch): PlannedOrder {
  const open = planned.findLast(({ standing }) => standing !== 'ended');
  if (open !== undefined && random() < 0.8) return open;
  const kind = pick(random, KINDS);
  const orderId = `order-${planned.length + 1}`;
  const file = orderFile(kind.example, orderId, join(launch.folder, 'files'));
  const faulty = kind.status === 'SUCCEEDED' && random() < 0.4;
  const order: PlannedOrder = { kind, orderId, file, faulty, standing: 'open' };
  planned.push(order);
  return order;
}

function driveCommand(random: Random, { standing, orderId, file, faulty }: PlannedOrder): string[] {
  if (standing === 'failed' && random() < 0.8) return ['redrive', orderId, '--wait'];
  return ['start', '--file', file, '--wait', ...(faulty ? ['--inject', `FulfillOrder:${INJECTED}*1`] : [])];
}

/** A killed redrive may have begun or not: what `redrive` refuses then (9), `start` goes on with. */
function standingAfter(code: number | null, { faulty }: PlannedOrder): PlannedOrder['standing'] {
  if (code === 0) return 'ended';
  if (code === 3) return faulty ? 'failed' : 'ended';
  return 'open';
}

async function serveToTheEnd(launch: Launch): Promise<void> {
  const server = await startServer(launch);
  for (let look = 0; look < 100; look += 1) {
    const { executions } = await ordersJson<ListAnswer>(['list'], launch);
    if (executions.every(({ status }) => status !== 'RUNNING')) break;
    await pause(200);
  }
  await server.stop();
}

async function finish({ kind, file }: PlannedOrder, launch: Launch, faults: string[]): Promise<void> {
  let tries = 0;
  let answer = await ordersJson<StatusAnswer>(['start', '--file', file, '--wait'], launch);
  while (!endedAs(kind, answer) && answer.redrive.helps && tries < TRIES) {
    tries += 1;
    answer = await ordersJson<StatusAnswer>(['redrive', answer.executionArn, '--wait'], launch);
  }
  if (!endedAs(kind, answer)) {
    faults.push(`${kind.example}: ${answer.executionArn} is ${answer.status} ${answer.error ?? ''}`);
  }
}

function endedAs(kind: Kind, { status, error }: StatusAnswer): boolean {
  return status === kind.status && ('error' in kind ? error === kind.error : error === undefined);
}

type Evidence = Omit<RoundFigures, 'kills'>;

async function gather(planned: readonly PlannedOrder[], deaths: readonly Death[], launch: Launch): Promise<Evidence> {
  const list = await ordersJson<ListAnswer>(['list', '--limit', '1000'], launch);
  const faults: string[] = [];
  if (list.executions.length !== planned.length) {
    faults.push(`${planned.length} orders have ${list.executions.length} executions`);
  }
  const calls: Call[] = [];
  const spans: Death[] = [];
  let events = 0;
  for (const { executionArn, status } of list.executions) {
    const history = await ordersJson<HistoryAnswer>(['history', executionArn, '--events'], launch);
    if (status === 'RUNNING') faults.push(`${executionArn} has not ended`);
    if (history.status !== status) faults.push(`${executionArn} is ${status}, and ${history.status} in its history`);
    faults.push(...idFaults(executionArn, history.events));
    calls.push(...callsIn(history.events, INJECTED));
    events += history.events.length;
    spans.push({ from: timeOf(history.events.at(0)), to: timeOf(history.events.at(-1)) });
  }
  const ledger = await ordersJson<LedgerAnswer>(['local', 'show'], launch);
  faults.push(...ledgerFaults(ledger, list));
  const server = await startServer(launch);
  const repeats = callFaults(calls, deaths, await functionStarts(server.url, FUNCTIONS));
  await server.stop();
  faults.push(...repeats.faults, ...fileFaults(launch.folder));
  return {
    executions: list.executions.length,
    events,
    redrives: list.executions.reduce((sum, { redriveCount }) => sum + redriveCount, 0),
    calls: calls.length,
    repeatedCalls: repeats.repeated,
    doubleMessages: doubleMessages(ledger),
    killsInTheMiddle: deaths.filter(({ from, to }) => spans.some((span) => span.from < from && span.to > to)).length,
    faults,
  };
}

function timeOf(event: { readonly timestamp: string } | undefined): number {
  return event === undefined ? 0 : Date.parse(event.timestamp);
}

/** What SQLite itself finds in the file. */
function fileFaults(folder: string): string[] {
  const database = new Database(join(folder, 'orders.db'));
  try {
    const found = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    const orphans = database.prepare('PRAGMA foreign_key_check').all();
    const words = found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
    return [...words, ...orphans.map((row) => `a row without its owner: ${JSON.stringify(row)}`)];
  } finally {
    database.close();
  }
}
