import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT_CODES } from '../../src/lib/cli/exit-codes.js';
import { runOrders, temporaryFolder } from '../support/run-orders.js';

describe('version and help', () => {
  test('--version', async () => {
    const ran = await runOrders(['--version']);
    expect(ran).toEqual({ stdout: `orders-cli/${packageJson.version} node-${process.version}\n`, stderr: '', code: 0 });
  });

  test.each([[[]], [['help']], [['--help']], [['-h']], [['--env', 'prod', '--help']]])(
    'orders %j shows all commands and exit codes',
    async (args) => {
      const { stdout, stderr, code } = await runOrders(args);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).toContain('COMMANDS');
      expect(stdout).toContain('TOPICS');
      for (const { code, meaning } of Object.values(EXIT_CODES)) expect(stdout).toContain(`${code}  ${meaning}`);
    },
  );

  test.each([
    [['help', 'local', 'show']],
    [['local', 'show', '--help']],
    [['local', 'show', 'o-1', '-h']],
    [['-e', 'x', 'local', 'show', '--help']],
  ])('orders %j shows one command', async (args) => {
    const { stdout, stderr, code } = await runOrders(args);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatch(/^show the ledger/u);
    expect(stdout).toContain('$ orders local show 1001 --json');
    expect(stdout).not.toContain('\x1b');
  });

  test.each([[['local']], [['help', 'local']], [['local', '--help']]])('orders %j shows the topic', async (args) => {
    const { stdout, code } = await runOrders(args);
    expect(code).toBe(0);
    expect(stdout).toContain('local serve');
  });

  test('orders help exit-codes', async () => {
    const { stdout } = await runOrders(['help', 'exit-codes']);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1 + Object.keys(EXIT_CODES).length);
  });
});

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly message: string;
  readonly suggestion?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'unknown command',
    args: ['strat'],
    code: 2,
    message: 'unknown command strat',
    suggestion: 'did you mean orders start?',
  },
  {
    name: 'unknown command of a topic',
    args: ['local', 'shwo'],
    code: 2,
    message: 'unknown command local shwo',
    suggestion: 'did you mean orders local show?',
  },
  { name: 'unknown command with help', args: ['bogus', '--help'], code: 2, message: 'unknown command bogus' },
  { name: 'hostile command', args: ['\x1b[2Jx\u202e'], code: 2, message: 'unknown command \x1b[2Jx\u202e' },
  { name: 'flags without a command', args: ['--yes'], code: 2, message: 'no command is given, only --yes' },
  {
    name: 'unknown flag',
    args: ['local', 'show', '--regoin', 'x'],
    code: 2,
    message: 'unknown flag --regoin',
    suggestion: 'did you mean --region?',
  },
  {
    name: 'flag without its value',
    args: ['local', 'serve', '--port'],
    code: 2,
    message: 'flag --port expects a value',
  },
  {
    name: 'not a number',
    args: ['local', 'serve', '--port', 'http'],
    code: 2,
    message: 'flag --port takes a whole number, not http',
  },
  { name: 'out of range', args: ['local', 'serve', '--port', '70000'], code: 2, message: '70000' },
  { name: 'a flag is missing', args: ['start'], code: 2, message: 'missing flag --file' },
  { name: 'an argument is missing', args: ['status'], code: 2, message: 'missing argument ORDER' },
  {
    name: 'flags that exclude each other',
    args: ['status', 'o', '--wait', '--watch'],
    code: 2,
    message: '--wait and --watch exclude each other',
  },
  {
    name: 'a flag without the one it belongs to',
    args: ['start', '--file', 'x', '--timeout', '3m'],
    code: 2,
    message: '--timeout goes together with --wait',
  },
  {
    name: 'not one of the values',
    args: ['list', '--status', 'BAD'],
    code: 2,
    message: 'expected --status=BAD to be one of: RUNNING, SUCCEEDED',
  },
  { name: 'too many arguments', args: ['local', 'show', 'a', 'b'], code: 2, message: 'unexpected argument: b' },
  {
    name: 'unknown environment',
    args: ['status', 'o-1', '--env', 'prod'],
    code: 2,
    message: 'nothing is known about environment prod',
  },
  {
    name: 'unknown environment by variable',
    args: ['status', 'o-1'],
    env: { ORDERS_ENV: 'prod' },
    code: 2,
    message: 'nothing is known about environment prod',
  },
  {
    name: 'malformed machine',
    args: ['status', 'o-1', '--state-machine-arn', 'm'],
    code: 2,
    message: 'not the ARN of a state machine: m',
  },
  {
    name: 'malformed endpoint',
    args: ['status', 'o-1', '--endpoint-url', 'here'],
    code: 2,
    message: 'not an http or https URL: here',
  },
  {
    name: 'unknown order',
    args: ['local', 'show', 'nobodys'],
    code: 7,
    message: 'the local environment knows no order nobodys',
  },
  {
    name: 'local only',
    args: ['local', 'show', '--endpoint-url', 'http://127.0.0.1:9'],
    code: 2,
    message: 'this works in the local environment only',
  },
  {
    name: 'a question nobody can answer',
    args: ['local', 'reset'],
    code: 2,
    message: 'cannot ask "Forget everything in',
    suggestion: 'answer with --yes',
  },
  {
    name: 'nobody listens',
    args: ['list', '--endpoint-url', 'http://127.0.0.1:9'],
    code: 11,
    message: 'cannot reach AWS: connect ECONNREFUSED 127.0.0.1:9',
  },
  {
    name: 'no credentials',
    args: ['list', '--state-machine-arn', 'arn:aws:states:eu-central-1:123456789012:stateMachine:m'],
    code: 10,
    message: 'no usable AWS credentials',
  },
  {
    name: 'a folder that cannot be made',
    args: ['local', 'show'],
    env: { ORDERS_LOCAL_DIR: '/dev/null/orders' },
    code: 14,
    message: 'cannot use the local store in /dev/null/orders',
  },
];

describe('what goes wrong', () => {
  test.each(CASES)(
    '$name: exit $code, one sentence, and the same as JSON',
    async ({ args, env, code, message, suggestion }) => {
      const options = env === undefined ? {} : { env };
      const shown = message.replace('\x1b', '\\x1b').replace('\u202e', '\\u202e');
      const text = await runOrders(args, options);
      expect(text).toMatchObject({ code, stdout: '' });
      expect(text.stderr).toContain(shown);
      expect(text.stderr).toMatch(/^(environment: .*\n)?Error: /u);
      expect(text.stderr).not.toMatch(/\n\s+at |\x1b|warning/iu);
      if (suggestion !== undefined) expect(text.stderr).toContain(`\n  ${suggestion}\n`);

      const json = await runOrders([...args, '--json'], options);
      expect(json).toMatchObject({ code, stderr: '' });
      const { error } = JSON.parse(json.stdout) as { error: { code: number; message: string; suggestions: string[] } };
      expect(error.code).toBe(code);
      expect(error.message).toContain(message);
      if (suggestion !== undefined) expect(error.suggestions).toContain(suggestion);
    },
  );

  test('a malformed configuration file is named', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'orders.config.json'), '{"environments":{"a":{"regoin":"x"}}}');
    const { stderr, code } = await runOrders(['list'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('orders.config.json: "environments.a.regoin" is not known');
  });

  test('colour where it is forced, never against NO_COLOR', async () => {
    expect((await runOrders(['strat'], { env: { FORCE_COLOR: '1' } })).stderr).toContain('\x1b[31mError:\x1b[39m');
    expect((await runOrders(['strat'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toContain('\x1b');
  });
});
