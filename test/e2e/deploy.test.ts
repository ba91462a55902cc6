import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBinary } from '../../src/lib/terraform/binary.js';
import { startAwsStub, stubEnvironment, type AwsStub } from '../support/aws-stub/index.js';
import { runOrders, type Ran } from '../support/run-orders.js';
import { serveOrders, type ServedOrders } from '../support/serve-orders.js';

/*
 * The real Terraform and AWS provider, driven by `orders deploy`, against an AWS on loopback: Step Functions is the local
 * environment, everything else a stub that keeps what it is told. Without Terraform or the provider it is skipped and says so.
 */
const scratch = mkdtempSync(join(tmpdir(), 'orders-deploy-'));
const folder = join(scratch, 'data');
let served: ServedOrders | undefined;
let stub: AwsStub;
let missing: string | undefined;

beforeAll(async () => {
  missing = await findBinary(process.env).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  served = await serveOrders(join(scratch, 'served'));
  stub = await startAwsStub({ statesUrl: served.url });
});
afterAll(async () => {
  await stub.close();
  await served?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const SECRET = 'stripe_secret_arn=arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe-AbCdEf';

async function orders(...args: readonly string[]): Promise<Ran> {
  const passed = ['TF_CLI_CONFIG_FILE', 'TF_PLUGIN_CACHE_DIR', 'ORDERS_TERRAFORM_BIN'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = { ...stubEnvironment(stub), ...Object.fromEntries(passed), TF_CLI_ARGS_plan: '-destroy' };
  const vars = args[0] === 'doctor' ? [] : ['--var', SECRET, '--var', 'deletion_protection=false'];
  return runOrders([...args, '--env', 'e2e', ...vars], { folder, env });
}

test('deploy, again, update, drift, destroy', { timeout: 600_000 }, async (context) => {
  if (missing !== undefined) return context.skip(missing);
  const first = await orders('deploy', '--yes');
  if (/Failed to (query available provider packages|install provider)/u.test(first.stderr)) {
    return context.skip(`the AWS provider is not at hand: ${first.stderr}`);
  }
  expect(first.stderr).toContain('added state machine orders');
  expect(first.stdout).toMatch(/deployed: \d\d added, 0 changed, 0 replaced, 0 destroyed\nstarts run version 1 /);
  expect(first.code).toBe(0);

  const again = await orders('deploy', '--json', '--yes');
  expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'no-changes', changes: [] });
  expect(again.code).toBe(0);
  expect(filesLeft()).toEqual(['module', 'terraform-data', 'terraform.tfstate']);

  // Of the machine only: it gets a new version, and the alias moves in the same run.
  const update = await orders('deploy', '--yes', '--json', '--var', 'log_level=ERROR');
  expect(JSON.parse(update.stdout)).toMatchObject({
    verdict: 'deployed',
    running: { running: 0, more: false },
    guarded: [],
    published: true,
    alias: { version: '2', current: true },
  });
  expect((JSON.parse(update.stdout) as { changes: { type: string }[] }).changes.map(({ type }) => type).sort()).toEqual(
    ['aws_sfn_alias', 'aws_sfn_state_machine'],
  );

  const logs = new CloudWatchLogs({
    endpoint: stub.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await logs.putRetentionPolicy({
    logGroupName: '/aws/vendedlogs/states/orders-e2e-order-processing',
    retentionInDays: 1,
  });
  logs.destroy();
  const drift = await orders('deploy', '--drift');
  expect(drift.stdout).toMatch(
    /^Change +Resource +Name +Differs in\nchange +log group +state-machine +retention_in_days\n/,
  );
  expect(drift.code).toBe(13);

  const refused = await orders('destroy');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('answer with --confirm e2e');
  const destroyed = await orders('destroy', '--confirm', 'e2e');
  expect(destroyed.stdout).toMatch(/\ndestroyed: \d\d resources of e2e\n/);
  expect(destroyed.code).toBe(0);
  const nothing = await orders('destroy', '--confirm', 'e2e');
  expect(nothing.stdout).toBe('nothing to destroy: no resource of e2e is in this state\n');
  // The stub keeps no items, so unfinished orders cannot be counted there; Terraform asked for nothing it does not know.
  expect(stub.unknown.filter((asked) => asked !== 'dynamodb Query')).toEqual([]);
});

function filesLeft(): string[] {
  const work = join(folder, 'deployments', 'e2e');
  expect(statSync(work).mode & 0o777).toBe(0o700);
  expect(statSync(join(work, 'terraform.tfstate')).mode & 0o777).toBe(0o600);
  return readdirSync(work).sort();
}
