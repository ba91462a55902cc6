import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, runOrders, type Ran, type RunOptions } from '../support/run-orders.js';
import { serveOrders } from '../support/serve-orders.js';

const cwd = mkdtempSync(join(tmpdir(), 'orders-validate-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const WORKFLOW = join(ROOT, 'workflows/order-processing');
const SICK = {
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: '${ChargeArn}',
      TimeoutSeconds: 9,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Lost\u0007' }],
      End: true,
    },
    'Lost\u0007': { Type: 'Fail' },
  },
};

beforeAll(() => {
  writeFileSync(join(cwd, 'sick.json'), JSON.stringify(SICK));
  writeFileSync(join(cwd, 'wrong.json'), '{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}');
  writeFileSync(join(cwd, 'text.json'), '{"StartAt": ');
  writeFileSync(join(cwd, 'empty.json'), ' \n');
});

const validate = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  runOrders(['validate', ...args], { cwd, ...options });

describe('orders validate', { timeout: 60_000 }, () => {
  test('has nothing to say of what the environment runs, nor of the template, as either type', async () => {
    expect(await validate(['--strict', '--aws'])).toEqual({
      stdout: 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing (STANDARD): no findings\n',
      stderr: '',
      code: 0,
    });
    for (const type of ['standard', 'express']) {
      const file = join(WORKFLOW, 'order-processing.asl.json');
      const { stdout, code } = await validate([file, '--type', type, '--strict', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ type: type.toUpperCase(), valid: true, aws: false, findings: [] });
    }
  });

  test('warnings are told, and count with --strict', async () => {
    const told = await validate(['sick.json']);
    expect(told).toEqual({
      stdout: [
        'warning missing-retry  /States/Charge',
        "  nothing retries Lambda's own passing faults, so that each of them fails the task",
        '  -> retry Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException, Lambda.ClientExecutionTimeoutException and Lambda.TooManyRequestsException',
        'warning catch-all-before-fail  /States/Charge/Catch[0]',
        '  States.ALL leads to a Fail state by way of Lost\\x07: faults of the infrastructure look like refusals, and a redrive only fails again',
        '  -> catch the business errors by their names, and let anything else fail where it happens: a redrive goes on there',
        'sick.json (STANDARD): 0 errors, 2 warnings',
        '',
      ].join('\n'),
      stderr: 'filled for this check: ChargeArn\n',
      code: 0,
    });
    expect((await validate(['sick.json', '--strict'])).code).toBe(13);
    const piped = await validate(['-', '--strict', '--json'], { input: JSON.stringify(SICK) });
    expect([piped.code, (JSON.parse(piped.stdout) as { valid: boolean }).valid]).toEqual([13, true]);
  });

  test('errors are what AWS would refuse', async () => {
    const { stdout, code } = await validate(['wrong.json', '--json']);
    expect(code).toBe(13);
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'wrong.json',
      valid: false,
      findings: [
        { severity: 'error', rule: 'missing-end-state', location: '/States' },
        { severity: 'error', rule: 'missing-transition-target', location: '/States/A/Next' },
      ],
    });
    expect((await validate(['text.json'])).stdout).toMatch(
      /^error invalid-json-description\n {2}.+\ntext.json \(STANDARD\): 1 error, 0 warnings\n$/,
    );
  });

  test('--aws asks the endpoint, and says each thing once', async () => {
    const server = await serveOrders(join(cwd, 'data'));
    try {
      const { stdout, code } = await validate(['wrong.json', '--aws', '--json', '--endpoint-url', server.url]);
      const answer = JSON.parse(stdout) as { aws: boolean; findings: { rule: string; location: string }[] };
      expect([code, answer.aws]).toEqual([13, true]);
      const places = answer.findings.map(({ rule, location }) => `${rule} ${location}`);
      expect(new Set(places).size).toBe(places.length);
      expect((await validate(['sick.json', '--aws', '--endpoint-url', 'http://127.0.0.1:1'])).code).toBe(11);
    } finally {
      await server.close();
    }
  });

  test.each([
    ['nowhere.json', 'there is no file nowhere.json'],
    ['.', 'this is a folder: .'],
    ['empty.json', 'empty.json is empty'],
  ])('%s is refused', async (file, message) => {
    expect(await validate([file])).toEqual({ stdout: '', stderr: `Error: ${message}\n`, code: 2 });
    const asJson = await validate([file, '--json']);
    expect([asJson.code, JSON.parse(asJson.stdout)]).toMatchObject([2, { error: { message } }]);
  });

  test('a copy of the workflow in which an error name is mistyped', async () => {
    cpSync(WORKFLOW, join(cwd, 'copy'), { recursive: true });
    const { readFileSync } = await import('node:fs');
    const file = join(cwd, 'copy/order-processing.asl.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"OutOfStockError"', '"OutOfStokError"'));
    const { stdout, code } = await validate([file, '--strict']);
    expect([code, stdout]).toEqual([
      13,
      expect.stringContaining('no function throws OutOfStokError\n  -> did you mean OutOfStockError?'),
    ]);
  });
});
