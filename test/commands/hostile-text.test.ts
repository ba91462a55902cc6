import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { deployment, machineArn, ACCOUNT, REGION } from '../environment/deployments.js';
import {
  callerIdentity,
  parameter,
  startAwsStub,
  type AwsStub,
  type StubAnswer,
  type StubAnswers,
} from '../support/sdk-stub.js';
import { cleanEnvironment, ROOT, runOrders, temporaryFolder } from '../support/run-orders.js';

/*
 * Whoever writes an order, a cause or a log line must not get a word with the reader's terminal. All texts that AWS can
 * give are made hostile, many kinds in one history, and whatever a command prints is searched for them, byte by byte.
 */
const SEED = 20_261_122;
/** Said beside the table in src/lib/cli/sanitize.ts on purpose: what a terminal obeys, or what hides. */
const FORBIDDEN = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u;
const BAD = [
  '\x1b[2J', '\x1b]0;title\x07', '\x1b]8;;http://evil\x1b\\', '\x9b31m', '\x9d0;t\x9c', '\r', '\b\b\b', '\x00', '\t', '\n', '\x7f',
  '\u202e', '\u2066', '\u2028', '\u200b', '\ufeff', '\u061c', '\x1bP1;1|', '\x1b[6n', '\x1b[5;41m', '\x0e', '\x1b[?1049h', '\u{e0041}',
]; // prettier-ignore

const hostile = fc.array(fc.oneof(fc.constantFrom(...BAD), fc.string({ unit: 'binary', maxLength: 3 })), {
  minLength: 1,
  maxLength: 6,
});
const COUNT = 60;
/** Each with a word of its own, so that it can be seen which got through. */
const TEXTS = fc.sample(hostile, { seed: SEED, numRuns: COUNT }).map((parts, index) => `hx${index}${parts.join('')}`);
let at = 0;
const text = (): string => TEXTS[at++ % COUNT] ?? '';

const EXECUTION = `${machineArn().replace('stateMachine', 'execution')}:order-1`;
const START = 1_790_000_000;
const error = (): { error: string; cause: string } => ({ error: text(), cause: text() });

/** A history whose every text is hostile: states, inputs, outputs, errors, causes, resources, types nobody knows. */
function history(): object[] {
  const events: object[] = [];
  const add = (type: string, previousEventId: number, details: object = {}): number => {
    const id = events.length + 1;
    events.push({ id, previousEventId, type, timestamp: START + id / 10, ...details });
    return id;
  };
  const data = (): string => JSON.stringify({ [text()]: text(), email: text() });
  add('ExecutionStarted', 0, { executionStartedEventDetails: { input: data(), roleArn: text() } });
  let last = 0;
  for (let state = 0; state < 12; state += 1) {
    const name = text();
    const entered = add('TaskStateEntered', last, { stateEnteredEventDetails: { name, input: data() } });
    const about = { resourceType: 'lambda', resource: 'invoke' };
    const scheduled = add('TaskScheduled', entered, {
      taskScheduledEventDetails: { ...about, region: text(), parameters: data() },
    });
    const failed = add('TaskFailed', scheduled, { taskFailedEventDetails: { ...about, ...error() } });
    const again = add('TaskScheduled', failed, { taskScheduledEventDetails: { ...about, parameters: data() } });
    if (state === 11) {
      const lambdaCause = JSON.stringify({ errorType: text(), errorMessage: text(), trace: [text(), text()] });
      const end = add('TaskFailed', again, { taskFailedEventDetails: { ...about, error: text(), cause: lambdaCause } });
      add('ExecutionFailed', end, { executionFailedEventDetails: { error: text(), cause: lambdaCause } });
      break;
    }
    const done = add('TaskSucceeded', again, { taskSucceededEventDetails: { ...about, output: data() } });
    add(`Unheard${text()}`, done);
    last = add('TaskStateExited', done, { stateExitedEventDetails: { name, output: data() } });
  }
  return events;
}

const EVENTS = history();
const described = {
  executionArn: EXECUTION,
  stateMachineArn: machineArn(),
  name: 'order-1',
  status: 'FAILED',
  startDate: START,
  stopDate: START + 60,
  input: JSON.stringify({ orderId: '1', note: text() }),
  ...error(),
  redriveCount: 0,
  redriveStatus: 'NOT_REDRIVABLE',
  redriveStatusReason: text(),
};
const logEvents = TEXTS.map((message, index) => ({
  logStreamName: text(),
  eventId: String(index),
  timestamp: (START + index / 10) * 1_000,
  ingestionTime: (START + index / 10) * 1_000,
  message:
    index % 2 === 0
      ? `${message} order-1`
      : JSON.stringify({
          timestamp: new Date((START + index / 10) * 1_000).toISOString(),
          level: text(),
          message,
          executionArn: EXECUTION,
          orderId: '1',
          requestId: text(),
          [text()]: text(),
        }),
}));

const TABLES = Object.fromEntries(
  ['orders', 'payments', 'inventory', 'reservations', 'idempotency'].map((table) => [table, text()]),
);

const TABLE: StubAnswers = {
  GetParameter: () =>
    parameter('/orders/prod/deployment', deployment({ tables: TABLES }), { region: REGION, accountId: ACCOUNT }),
  DescribeExecution: ({ input }) =>
    input['executionArn'] === EXECUTION ? { output: described } : { error: 'ExecutionDoesNotExist', message: text() },
  GetExecutionHistory: () => ({ output: { events: EVENTS } }),
  ListExecutions: () => ({
    output: {
      executions: TEXTS.map((name) => ({
        executionArn: EXECUTION + name,
        name,
        stateMachineArn: machineArn(),
        status: 'FAILED',
        startDate: START,
        stopDate: START,
      })),
    },
  }),
  DescribeStateMachine: () => ({
    output: {
      stateMachineArn: machineArn(),
      name: text(),
      type: 'STANDARD',
      status: 'ACTIVE',
      roleArn: text(),
      creationDate: START,
      definition: JSON.stringify({
        Comment: text(),
        StartAt: 'A',
        States: { A: { Type: 'Pass', Comment: text(), End: true } },
      }),
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: true,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/g:*` } }],
      },
    },
  }),
  FilterLogEvents: () => ({ output: { events: logEvents } }),
  GetCallerIdentity: () => callerIdentity(ACCOUNT),
  GetItem: ({ input }) => ({ output: { Item: row(input) } }),
  Query: () => ({ output: { Items: [{ orderId: { S: text() } }, { orderId: { S: '1' } }] } }),
};

/** What the order tables have of one order: in the last attempt that is asked for there is none, or asking would not end. */
function row(input: Readonly<Record<string, unknown>>): object | undefined {
  const { orderId } = (input['Key'] ?? {}) as { orderId?: { S?: string } };
  if (/#\d+$/u.test(orderId?.S ?? '')) return undefined;
  const texts = ['executionArn', 'userId', 'document', 'shipmentId', 'paymentIntentId', 'declineCode', 'refundStatus'];
  return {
    ...Object.fromEntries(texts.map((name) => [name, { S: text() }])),
    orderId,
    attempt: { N: '1' },
    status: { S: text() },
    createdAt: { S: '2026-11-01T00:00:00.000Z' },
    updatedAt: { S: '2026-11-01T00:00:00.000Z' },
    amount: { N: '100' },
    currency: { S: text() },
    reason: { M: { error: { S: text() }, cause: { S: text() } } },
    lines: { L: [{ M: { productId: { S: text() }, quantity: { N: '1' } } }] },
  };
}
/** What else may be asked is refused, with a hostile word. */
const ANSWERS = new Proxy(TABLE, {
  get: (table, operation: string) =>
    table[operation] ?? ((): StubAnswer => ({ error: 'AccessDeniedException', message: text() })),
});

let stub: AwsStub;
beforeAll(async () => {
  stub = await startAwsStub(ANSWERS);
});
afterAll(async () => stub.finish());

const RUNS: readonly (readonly string[])[] = [
  ['status', EXECUTION],
  ['history', EXECUTION],
  ['history', EXECUTION, '--events'],
  ['history', EXECUTION, '--data', '--show-pii'],
  ['history', EXECUTION, '--timeline'],
  ['explain', EXECUTION],
  ['logs', EXECUTION],
  ['list'],
  ['redrive', EXECUTION, '--dry-run'],
  ['graph', EXECUTION],
  ['graph', EXECUTION, '--format', 'mermaid'],
  ['graph', EXECUTION, '--format', 'svg'],
  ['audit'],
  ['audit', '1'],
  ['compensate', EXECUTION, '--yes'],
  ['stop', EXECUTION, '--yes'],
  ['cost-estimate', '--from', EXECUTION],
  ['doctor'],
  ['validate', '--aws'],
  ['status', `no${BAD.filter((bad) => !/[\x00-\x1f\x7f-\x9f]/u.test(bad)).join('')}body`],
];

const aws = (): readonly string[] => ['--env', 'prod', '--endpoint-url', stub.url];

/** What is forbidden of a text that was printed, with what stands around it; empty for nothing. */
function forbiddenIn(printed: string): string {
  const found = FORBIDDEN.exec(printed);
  return found === null ? '' : JSON.stringify(printed.slice(Math.max(0, found.index - 80), found.index + 40));
}

/** The colours that orders itself puts there, one at a time. */
const withoutColours = (printed: string): string => printed.replace(/\x1b\[(?:1|2|22|3[1-6]|39)m/gu, '');

const SCRIPT = '/usr/bin/script';

/** What a command writes to a terminal of its own. */
async function onTerminal(line: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(SCRIPT, ['-qec', line, '/dev/null'], {
    env,
    cwd: temporaryFolder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return printed;
}

describe('hostile texts', () => {
  test.each(RUNS.map((words) => [words.join(' '), words] as const))('orders %s', async (_name, words) => {
    const env = { AWS_REGION: REGION };
    const [plain, json, coloured] = await Promise.all([
      runOrders([...words, ...aws()], { env }),
      runOrders([...words, ...aws(), '--json'], { env }),
      runOrders([...words, ...aws()], { env: { ...env, FORCE_COLOR: '1' } }),
    ]);
    for (const { stdout, stderr, code } of [plain, json]) {
      expect(forbiddenIn(stdout + stderr)).toBe('');
      expect(stdout + stderr).not.toBe('');
      expect(code, stdout + stderr).not.toBe(1);
    }
    expect(forbiddenIn(withoutColours(coloured.stdout + coloured.stderr))).toBe('');
  });

  // util-linux's, which is also told how to end with the command's exit code.
  test.skipIf(process.platform !== 'linux' || !existsSync(SCRIPT))('on a terminal', async () => {
    const words = RUNS.filter(([command]) => ['status', 'explain', 'logs', 'list', 'audit'].includes(command ?? ''));
    const quoted = (word: string): string => `'${word.replaceAll("'", String.raw`'\''`)}'`;
    const orders = [process.execPath, join(ROOT, 'bin/run.js')];
    for (const args of words) {
      const line = [...orders, ...args, ...aws()].map(quoted).join(' ');
      const env = { ...cleanEnvironment(temporaryFolder()), AWS_REGION: REGION, TERM: 'xterm-256color' };
      const printed = await onTerminal(line, env);
      // The terminal's driver ends lines so, and progress begins its own anew.
      expect(forbiddenIn(withoutColours(printed).replaceAll(/\r\n|\r\x1b\[K/gu, '\n'))).toBe('');
      expect(printed).toMatch(/\x1b\[3\dm|✖|environment: prod/u);
    }
  });

  test('they do arrive: the test sees what it searches', async () => {
    const ran = await runOrders(['history', EXECUTION, '--events', '--env', 'prod', '--endpoint-url', stub.url], {
      env: { AWS_REGION: REGION },
    });
    const seen = TEXTS.filter((_one, index) => ran.stdout.includes(`hx${index}`));
    // Not all of them stand in an event's line.
    expect(seen.length).toBeGreaterThan(COUNT / 4);
    expect(TEXTS.filter((one) => FORBIDDEN.test(one)).length).toBeGreaterThan(COUNT / 2);
    // A person under --json gets the very text, only spelt out.
    const json = await runOrders(['status', EXECUTION, '--json', '--env', 'prod', '--endpoint-url', stub.url], {
      env: { AWS_REGION: REGION },
    });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: described.error, cause: described.cause });
  });
});
