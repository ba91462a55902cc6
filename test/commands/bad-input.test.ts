import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orders } from '../durability/orders-process.js';
import { startAwsStub, type StubAnswer, type StubAnswers } from '../support/sdk-stub.js';
import { ROOT, runOrders, temporaryFolder, type Ran, type RunOptions } from '../support/run-orders.js';

/*
 * Every kind of bad input, with and without --json: one sentence with the wrong value in it, what to do, the exit code of the
 * table, nothing of our insides, and nothing changed. Terminals and readers that go away are in test/durability/terminal.test.ts,
 * stores that are damaged in other ways in test/durability/store-faults.test.ts, processes that meet in together.test.ts.
 */
const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');
const ORDER = JSON.parse(readFileSync(join(EXAMPLES, 'order.json'), 'utf8')) as Record<string, unknown>;
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:orders';
const OLD = `${MACHINE.replace('stateMachine', 'execution')}:order-1`;

/** Those that take an order's id or an execution's ARN. */
const COMMANDS = ['status', 'history', 'explain', 'logs', 'redrive', 'stop', 'graph', 'compensate'];

/** Those of them that need nothing published. */
const ON_ANY_MACHINE = COMMANDS.filter((command) => command !== 'compensate');

interface ErrorAnswer {
  readonly error: { readonly code: number; readonly message: string; readonly suggestions: readonly string[] };
}

/** What every refusal looks like, to a person and to a script. */
function expectRefusal(text: Ran, json: Ran, code: number, says: readonly string[]): void {
  expect([text.code, json.code], text.stderr + json.stdout).toEqual([code, code]);
  expect(text.stdout).toBe('');
  expect(text.stderr.match(/^Error: /gmu)).toHaveLength(1);
  expect(text.stderr).not.toMatch(/^\s+at |\.cjs|\.ts:|TypeError|\x1b|a bug in orders/mu);
  expect(json.stderr).toBe('');
  const { error } = JSON.parse(json.stdout) as ErrorAnswer;
  expect(error.code).toBe(code);
  expect(error.suggestions, `${error.message}: what to do is not said`).not.toEqual([]);
  for (const part of says) {
    expect(text.stderr).toContain(part);
    expect([error.message, ...error.suggestions].join('\n')).toContain(part);
  }
}

async function refused(
  args: readonly string[],
  code: number,
  says: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const folder = temporaryFolder();
  expectRefusal(...(await bothWays(args, { ...options, folder })), code, says);
}

/** With --json and without, side by side: what is refused leaves nothing that the other could meet. */
async function bothWays(args: readonly string[], options: RunOptions): Promise<[text: Ran, json: Ran]> {
  return Promise.all([runOrders(args, options), runOrders([...args, '--json'], options)]);
}

/** For what all commands have from one place: words of each of them, alternately as text and as JSON. */
async function refusedByAll(
  commandLines: readonly (readonly string[])[],
  code: number,
  says: readonly string[],
  options: RunOptions = {},
): Promise<void> {
  const folder = temporaryFolder();
  for (let at = 0; at < commandLines.length; at += 2) {
    const [one = [], other = one] = commandLines.slice(at, at + 2);
    const both = [runOrders(one, { ...options, folder }), runOrders([...other, '--json'], { ...options, folder })];
    const [text, json] = (await Promise.all(both)) as [Ran, Ran];
    expectRefusal(text, json, code, says);
  }
}

describe('files that hold no order', () => {
  /** Name of the file, its content (none: no file), what is said. */
  const FILES: readonly (readonly [string, string | Buffer | undefined, readonly string[]])[] = [
    ['no-file.json', undefined, ['there is no file no-file.json']],
    ['empty.json', '', ['empty.json']],
    ['blank.json', ' \n\n', ['blank.json']],
    ['prose.json', 'dear shop, two mugs please', ['prose.json', 'not JSON']],
    ['cut.json', '{"orderId": "1",', ['cut.json', 'not JSON']],
    ['number.json', '42', ['number.json']],
    ['object.json', '{"colour": "green"}', ['orderId']],
    ['latin1.json', Buffer.from([0x7b, 0xe9, 0x7d]), ['latin1.json is not UTF-8']],
    ['large.json', JSON.stringify({ ...ORDER, note: 'x'.repeat(300_000) }), ['262144']],
    ['control.json', JSON.stringify({ ...ORDER, orderId: 'a\u0007b' }), ['a\\u0007b']],
    ['long.json', JSON.stringify({ ...ORDER, orderId: 'x'.repeat(501) }), ['500']],
    ['nameless.json', JSON.stringify({ ...ORDER, orderId: '' }), ['orderId']],
  ];

  test.each(FILES)('%s', async (name, content, says) => {
    const cwd = temporaryFolder();
    const folder = temporaryFolder();
    if (content !== undefined) writeFileSync(join(cwd, name), content);
    const args = ['start', '--file', name];
    expectRefusal(...(await bothWays(args, { cwd, folder })), 2, says);
    // Not even the local environment was opened.
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder in place of a file', async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'folder.json'));
    await refused(['start', '--file', 'folder.json'], 2, ['folder.json is a folder'], { cwd });
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'secret.json'), '{}');
    chmodSync(join(cwd, 'secret.json'), 0);
    await refused(['start', '--file', 'secret.json'], 2, ['cannot read secret.json: permission denied'], { cwd });
  });

  test('standard input that is closed', async () => {
    await refused(['start', '--file', '-'], 2, ['standard input'], { input: '' });
  });

  test('the same order twice in one file: the second is refused, with both lines, and the rest goes on', async () => {
    const cwd = temporaryFolder();
    const other = { ...ORDER, orderId: 'other' };
    const changed = { ...ORDER, items: [{ productId: 'mug-white', quantity: 1 }] };
    writeFileSync(join(cwd, 'orders.ndjson'), [ORDER, other, changed].map((one) => JSON.stringify(one)).join('\n'));
    const { code, stdout, stderr } = await runOrders(['start', '--file', 'orders.ndjson'], { cwd });
    expect(code, stdout + stderr).toBe(12);
    expect(stdout + stderr).toMatch(/line 3/u);
    expect(stdout + stderr).toMatch(/line 1/u);
  });
});

describe('ids of orders', () => {
  const odd = ['two words', 'a/b', '🛒', 'x'.repeat(500)];

  test.each(odd)('%s is an id like any other: asked for, it is not there', async (id) => {
    await refused(['status', id], 7, [`there is no order ${id}`]);
  });

  test('an order that is not there, for every command', async () => {
    const lines = COMMANDS.map((command) => [command, 'nobody/s']);
    await refusedByAll(lines, 7, ['no order nobody/s']);
  });

  test('signs that turn a line around are shown for what they are', async () => {
    const { code, stderr } = await runOrders(['status', 'a\u202eb']);
    expect(code).toBe(7);
    expect(stderr).toContain('there is no order a\\u202eb');
  });

  test('and started, it is found again', async () => {
    const cwd = temporaryFolder();
    const folder = temporaryFolder();
    for (const id of odd) {
      writeFileSync(join(cwd, 'order.json'), JSON.stringify({ ...ORDER, orderId: id }));
      const { code, stderr } = await runOrders(['start', '--file', 'order.json', '--wait'], { cwd, folder });
      expect(code, stderr).toBe(0);
      expect((await runOrders(['status', id, '--exit-status'], { folder })).code).toBe(0);
    }
  });

  test.each([
    ['a bell', 'a\u0007b', 'a\\u0007b'],
    ['501 characters', 'x'.repeat(501), '500'],
    ['nothing', '', 'order'],
  ])('%s cannot be in one', async (_name, id, shown) => {
    for (const command of ['status', 'stop']) {
      const { code, stderr } = await runOrders([command, id]);
      expect(code, `${command}: ${stderr}`).toBe(2);
      expect(stderr).toContain(shown);
      expect((await runOrders([command, id, '--json'])).code).toBe(2);
    }
  });
});

describe('ARNs', () => {
  const CASES: readonly (readonly [string, string, number, string])[] = [
    [
      'malformed',
      'arn:aws:states:us-east-1:1:execution:m:n',
      2,
      'not the ARN of an execution: arn:aws:states:us-east-1:1:',
    ],
    [
      'of a function',
      'arn:aws:lambda:us-east-1:000000000000:function:f',
      2,
      'not the ARN of an execution: arn:aws:lambda',
    ],
    ['of a machine', 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing', 2, 'names a state machine'],
    ['of another account', OLD.replace('eu-central-1', 'us-east-1'), 2, 'is in account 123456789012'],
    ['of another region', OLD.replace('123456789012', '000000000000'), 2, 'is in region eu-central-1'],
    [
      'of nothing',
      'arn:aws:states:us-east-1:000000000000:execution:order-processing:order-9',
      7,
      'there is no execution',
    ],
  ];
  test.each(CASES)('%s', async (_name, arn, code, says) => {
    await refused(['status', arn], code, [says]);
  });

  test('malformed, and of another account, for every command', async () => {
    const lines = (arn: string): string[][] => COMMANDS.map((command) => [command, arn]);
    await refusedByAll(lines('arn:aws:states'), 2, ['not the ARN of an execution: arn:aws:states']);
    await refusedByAll(lines(OLD.replace('eu-central-1', 'us-east-1')), 2, ['is in account 123456789012']);
  });
});

describe('AWS that cannot or will not', () => {
  interface Case {
    readonly name: string;
    readonly answer?: StubAnswer;
    readonly env?: Record<string, string>;
    readonly code: number;
    readonly says: readonly string[];
  }
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-central-1' };
  const fails = (error: string, message: string): StubAnswer => ({ error, message });
  const CASES: readonly Case[] = [
    {
      name: 'expired credentials',
      answer: fails('ExpiredTokenException', 'The security token included in the request is expired'),
      code: 10,
      says: ['the AWS credentials have expired', 'aws sso login'],
    },
    {
      name: 'no permission',
      answer: fails('AccessDeniedException', 'User: me is not authorized to perform: states:DescribeExecution'),
      code: 10,
      says: ['AWS refuses: User: me is not authorized to perform: states:DescribeExecution'],
    },
    {
      name: 'an execution that ended more than 90 days ago',
      answer: fails('ExecutionDoesNotExist', `Execution Does Not Exist: '${OLD}'`),
      code: 7,
      says: [`there is no execution ${OLD}`, '90 days'],
    },
    {
      name: 'no network',
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      code: 11,
      says: ['ECONNREFUSED 127.0.0.1:9'],
    },
    {
      name: 'throttling that does not end',
      answer: fails('ThrottlingException', 'Rate exceeded'),
      env: { ORDERS_THROTTLE_PATIENCE: '0' },
      code: 11,
      says: ['AWS throttles DescribeExecution, still after'],
    },
  ];

  async function refusedByAws(commands: readonly string[], { answer, env, code, says }: Case): Promise<void> {
    const answers: StubAnswers = answer === undefined ? {} : { DescribeExecution: () => answer };
    const stub = await startAwsStub(answers);
    const all = { ...keys, ORDER_STATE_MACHINE_ARN: MACHINE, AWS_ENDPOINT_URL: stub.url, ...env };
    const lines = commands.map((command) => [command, OLD]);
    await refusedByAll(lines, code, says, { env: all });
    // Nothing else was asked for, and nothing done.
    await stub.finish();
  }

  test.each(CASES)('$name: exit $code', async (one) => refusedByAws(['status'], one));

  test('expired credentials, for every command', async () => {
    for (const one of CASES.slice(0, 1)) await refusedByAws(COMMANDS, one);
  });

  test('an execution that ended more than 90 days ago, by its order id and for every command', async () => {
    const stub = await startAwsStub({
      DescribeExecution: () => fails('ExecutionDoesNotExist', `Execution Does Not Exist: '${OLD}'`),
      DescribeStateMachine: () => fails('AccessDeniedException', 'not you'),
    });
    const env = { ...keys, ORDER_STATE_MACHINE_ARN: MACHINE, AWS_ENDPOINT_URL: stub.url };
    const lines = ON_ANY_MACHINE.map((command) => [command, '1']);
    await refusedByAll(lines, 7, ['there is no order 1', '90 days'], { env });
    await stub.finish();
  });

  test('no region: exit 2', async () => {
    const env = { ...keys, AWS_REGION: '' };
    await refused(['status', '1', '--env', 'prod'], 2, ['no AWS region is set', '--region'], { env });
  });

  test('no credentials: exit 10', async () => {
    await refused(['status', OLD, '--state-machine-arn', MACHINE], 10, ['no usable AWS credentials', '--profile']);
  });

  test.each([
    ['StateMachineDeleting', 'is being deleted'],
    ['StateMachineDoesNotExist', 'there is no state machine'],
  ])('a machine that is on its way out: %s', async (error, says) => {
    const stub = await startAwsStub({ StartExecution: () => fails(error, `State Machine: '${MACHINE}'`) });
    const env = { ...keys, ORDER_STATE_MACHINE_ARN: MACHINE, AWS_ENDPOINT_URL: stub.url };
    await refused(['start', '--file', join(EXAMPLES, 'order.json')], 7, [MACHINE, says], { env });
    await stub.finish();
    expect(new Set(stub.operations())).toEqual(new Set(['StartExecution']));
  });
});

describe('a machine that is gone', () => {
  test('is what every command says, not that there is no order', async () => {
    const gone = (): StubAnswer => ({
      error: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${MACHINE}'`,
    });
    const stub = await startAwsStub({
      DescribeExecution: () => ({ error: 'ExecutionDoesNotExist', message: 'Execution Does Not Exist' }),
      DescribeStateMachine: gone,
      ListExecutions: gone,
    });
    const env = { ORDER_STATE_MACHINE_ARN: MACHINE, AWS_ENDPOINT_URL: stub.url };
    const lines = [...ON_ANY_MACHINE.map((command) => [command, '1']), ['graph'], ['list']];
    await refusedByAll(lines, 7, [`there is no state machine ${MACHINE}`, 'orders doctor'], { env });
    await stub.finish();
  });
});

describe('this machine', () => {
  test('a local store that is none', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'orders.db'), 'shopping list\n'.repeat(100));
    for (const args of [['list'], ['status', '1'], ['start', '--file', join(EXAMPLES, 'order.json')]]) {
      expectRefusal(...(await bothWays(args, { folder })), 14, [
        `cannot use the local store in ${folder}: its file is damaged`,
      ]);
    }
    expect(readFileSync(join(folder, 'orders.db'), 'utf8')).toMatch(/^shopping list/u);
  });

  test('a journal that is damaged', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'bulk'));
    const file = join(folder, 'bulk', 'redrive-1.journal');
    writeFileSync(file, '00000000 {"damaged":true}\n00000000 {"again":true}\n');
    const args = ['redrive', '--resume', '--journal', 'redrive-1', '--yes'];
    // One after the other: the journal is locked for one process.
    const text = await runOrders(args, { folder });
    expectRefusal(text, await runOrders([...args, '--json'], { folder }), 14, ['redrive-1.journal']);
    expect(readFileSync(file, 'utf8')).toContain('"again"');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk under the answer', async () => {
    const run = await orders(['list', '--json'], { folder: temporaryFolder(), shell: 'f() { "$@" > /dev/full; }; f' });
    expect(run.code).toBe(14);
    expect(run.stderr).toContain('the answer could not be written: ENOSPC');
  });

  // A store whose file may not grow stands for a disk without room: the system's error is another, the way through is the same.
  test('a full disk under the local store', async () => {
    const folder = temporaryFolder();
    const args = ['start', '--file', join(EXAMPLES, 'order.json'), '--wait'];
    const shell = 'ulimit -f 100; exec';
    const text = await orders(args, { folder, shell });
    const json = await orders([...args, '--json'], { folder, shell });
    expectRefusal(text, json, 14, [`cannot use the local store in ${folder}`]);
    expect((await runOrders(args, { folder })).code).toBe(0);
  });

  test('two processes at once start one execution', async () => {
    const folder = temporaryFolder();
    const args = ['start', '--file', join(EXAMPLES, 'order.json'), '--wait', '--json'];
    const runs = await Promise.all([runOrders(args, { folder }), runOrders(args, { folder })]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const verdicts = runs.map(({ stdout }) => (JSON.parse(stdout) as { verdict: string }).verdict);
    expect(verdicts.filter((verdict) => verdict === 'started')).toHaveLength(1);
  });
});
