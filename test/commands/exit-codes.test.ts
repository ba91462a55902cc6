import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES, type ExitName } from '../../src/lib/cli/exit-codes.js';
import { startAwsStub, type StubAnswers } from '../support/sdk-stub.js';
import {
  cleanEnvironment,
  ROOT,
  runOrders,
  temporaryFolder,
  type Ran,
  type RunOptions,
} from '../support/run-orders.js';

/*
 * Every row of the table of exit codes, reached by a command as a user runs it, with and without --json: the code is the
 * same, an answer is an object, an error is an object with the code in it.
 */
const EXAMPLES = join(ROOT, 'workflows/order-processing/examples');
const order = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(EXAMPLES, name), 'utf8')) as Record<string, unknown>;
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:orders';
const EXECUTION = `${MACHINE.replace('stateMachine', 'execution')}:order-1`;

/** Runs twice, each time with a data folder of its own, where something may have gone before. */
type Way = (json: readonly string[]) => Promise<Ran>;

const started: Way = async (json) => {
  const folder = temporaryFolder();
  return runOrders(['start', '--file', join(EXAMPLES, 'order.json'), '--wait', ...json], { folder });
};

function local(args: readonly string[], options: RunOptions & { readonly first?: readonly string[] } = {}): Way {
  return async (json) => {
    const folder = options.folder ?? temporaryFolder();
    if (options.first !== undefined) await runOrders(options.first, { folder });
    return runOrders([...args, ...json], { ...options, folder });
  };
}

function onAws(answers: StubAnswers, args: readonly string[], options: RunOptions = {}): Way {
  return async (json) => {
    const stub = await startAwsStub(answers);
    const keys = { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_ENDPOINT_URL: stub.url };
    const env = { ...keys, ORDER_STATE_MACHINE_ARN: MACHINE, ...options.env };
    try {
      return await runOrders([...args, ...json], { ...options, env });
    } finally {
      await stub.finish();
    }
  };
}

const described = (status: string): StubAnswers => ({
  DescribeExecution: () => ({
    output: {
      executionArn: EXECUTION,
      stateMachineArn: MACHINE,
      name: 'order-1',
      status,
      startDate: 1_790_000_000,
      ...(status === 'RUNNING' ? {} : { stopDate: 1_790_000_002 }),
    },
  }),
  GetExecutionHistory: () => ({ output: { events: [] } }),
  DescribeStateMachineForExecution: () => ({ error: 'AccessDeniedException' }),
});
const failing = (error: string): StubAnswers => ({ ListExecutions: () => ({ error, message: 'said AWS' }) });
const outcome = (status: string): Way => onAws(described(status), ['status', EXECUTION, '--exit-status']);

function file(name: string, content: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** Ends a command that waits: it is asked for at its second look, after which it waits again. */
function signalled(signal: NodeJS.Signals): Way {
  return async (json) => {
    const folder = temporaryFolder();
    let looks = 0;
    const stub = await startAwsStub({
      ...described('RUNNING'),
      DescribeExecution: (call) => {
        looks += 1;
        if (looks === 2) setImmediate(() => child.kill(signal));
        return described('RUNNING')['DescribeExecution']?.(call);
      },
    });
    const args = ['status', EXECUTION, '--wait', ...json];
    const env = { ...cleanEnvironment(folder), AWS_ENDPOINT_URL: stub.url, ORDER_STATE_MACHINE_ARN: MACHINE };
    const child = spawn(process.execPath, [join(ROOT, 'bin/run.js'), ...args], { cwd: folder, env, stdio: 'pipe' });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    await stub.finish();
    return { stdout, stderr, code };
  };
}

const changed = JSON.stringify({ ...order('order.json'), items: [{ productId: 'mug-white', quantity: 1 }] });
const first = ['start', '--file', join(EXAMPLES, 'order.json'), '--wait'];

/** `error`: nothing but a refusal is printed. Otherwise there is an answer, whatever the code. */
const WAYS: Readonly<Record<ExitName, { readonly way: Way; readonly error?: true }>> = {
  done: { way: started },
  bug: { way: onAws(failing('FromTheFuture'), ['list']), error: true },
  usage: { way: local(['list', '--limit', 'many']), error: true },
  failed: { way: local(['start', '--file', join(EXAMPLES, 'declined.json'), '--wait']) },
  timedOut: { way: outcome('TIMED_OUT') },
  aborted: { way: outcome('ABORTED') },
  stillRunning: { way: onAws(described('RUNNING'), ['status', EXECUTION, '--wait', '--timeout', '1s']) },
  notFound: { way: local(['status', 'nobody']), error: true },
  conflict: { way: local(['start', '--file', file('order.json', changed)], { first }) },
  notRedrivable: { way: local(['redrive', '1001'], { first }), error: true },
  denied: { way: onAws(failing('AccessDeniedException'), ['list']), error: true },
  unreachable: {
    way: onAws(failing('ThrottlingException'), ['list'], { env: { ORDERS_THROTTLE_PATIENCE: '0' } }),
    error: true,
  },
  partial: {
    way: local(['start', '--file', file('orders.ndjson', `${JSON.stringify(order('order.json'))}\nnot an order\n`)]),
  },
  checkFailed: { way: local(['cost-estimate', '--executions', '1M', '--budget', '1']) },
  localStore: { way: local(['list'], { folder: '/dev/null/orders' }), error: true },
  terraform: {
    way: local(['deploy', '--env', 'prod', '--plan'], { env: { ORDERS_TERRAFORM_BIN: '/no/terraform' } }),
    error: true,
  },
  interrupted: { way: signalled('SIGINT'), error: true },
  terminated: { way: signalled('SIGTERM'), error: true },
};

describe('every exit code', () => {
  test.each(Object.keys(WAYS) as ExitName[])('%s', async (name) => {
    const { way, error } = WAYS[name];
    const { code } = EXIT_CODES[name];
    const [text, json] = await Promise.all([way([]), way(['--json'])]);
    expect(text.code, text.stderr).toBe(code);
    expect(json.code, json.stdout + json.stderr).toBe(code);
    if (error === true) {
      expect(text.stdout).toBe('');
      expect(text.stderr).toMatch(/^Error: /mu);
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { code, name } });
      return;
    }
    expect(text.stdout).not.toBe('');
    for (const line of documents(json.stdout)) expect(line).toBeInstanceOf(Object);
    expect(json.stdout).not.toContain('"error":{"code"');
  });
});

/** One document, or one a line where it streams. */
function documents(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
}
