import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { AWS, DOCUMENT, FAKE, runWithFake } from '../terraform/fake.js';
import { runOrders } from '../support/run-orders.js';
import { lines } from './fixed.js';

const scratch = mkdtempSync(join(tmpdir(), 'orders-doctor-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const group = (name: string): object => ({ logGroupName: name });
const HEALTHY: typeof AWS = {
  ...AWS,
  DescribeLogGroups: ({ logGroupNamePrefix: name }) => ({
    logGroups: [group(String(name)), group(`${String(name)}-2`)],
  }),
  FilterLogEvents: () => ({ events: [] }),
  GetAlias: ({ alias }) => ({ Name: alias, FunctionVersion: '3' }),
  DescribeTable: ({ TableName: name }) => ({ Table: { TableName: name, TableStatus: 'ACTIVE' } }),
  DescribeSecret: () => ({ Name: 'stripe' }),
};
const script = { commands: {} };

describe('orders doctor', () => {
  it('looks at everything that commands need, one line each', async () => {
    const folder = join(scratch, 'healthy');
    const { stdout, stderr, code } = await runWithFake(['doctor'], { script, aws: HEALTHY, folder });
    expect(stdout).toBe(
      lines(
        `ok      Node: ${process.version}`,
        `ok      data folder: ${folder} can be written`,
        'ok      local store: none yet: the first local command makes it',
        `ok      Terraform: Terraform 1.11.4: ${FAKE}`,
        'ok      environment: dev in us-east-1',
        'ok      credentials: arn:aws:iam::000000000000:user/dev, account 000000000000',
        'ok      published document: /orders/dev/deployment',
        'ok      state machine: orders-dev-order-processing, STANDARD, log level ALL',
        'ok      executions: can be listed',
        "ok      logs: all 2 groups are there, the machine's can be read",
        'ok      alias: live points to version 3',
        'ok      functions: all 1 with their aliases',
        'ok      tables: all 1 can be used',
        'ok      secret: stripe is there',
        '14 ok, 0 to look at, 0 missing, 0 skipped',
      ),
    );
    expect([stderr, code]).toEqual(['', 0]);
  });

  it('exits 13 and says what to do where something is missing', async () => {
    let revision = 0;
    const { stdout, code } = await runWithFake(['doctor'], {
      script: { version: '1.4.0', commands: {} },
      aws: {
        ...HEALTHY,
        DescribeStateMachine: () => ({
          name: 'orders-dev-order-processing',
          status: 'ACTIVE',
          type: 'EXPRESS',
          revisionId: `r${(revision += 1)}`,
          loggingConfiguration: { level: 'ERROR' },
        }),
        ListExecutions: { fault: 'AccessDeniedException', message: 'not allowed to list' },
        DescribeLogGroups: () => ({ logGroups: [] }),
        GetAlias: { fault: 'ResourceNotFoundException' },
        DescribeTable: { fault: 'ResourceNotFoundException' },
        DescribeSecret: () => ({ Name: 'stripe', DeletedDate: 1_700_000_000 }),
      },
    });
    expect(stdout.split('\n').slice(3)).toEqual([
      `warning Terraform: Terraform 1.4.0 is too old, 1.11.0 is needed: ${FAKE} -> only deploy and destroy need it: install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)`,
      'ok      environment: dev in us-east-1',
      'ok      credentials: arn:aws:iam::000000000000:user/dev, account 000000000000',
      'ok      published document: /orders/dev/deployment',
      'missing state machine: orders-dev-order-processing, EXPRESS, log level ERROR -> status, history and logs of Express executions need level ALL: orders deploy --var log_level=ALL',
      'missing executions: AWS refuses: not allowed to list -> check which account and role the credentials belong to, and what it may do',
      'missing logs: no log group /aws/vendedlogs/states/orders-dev-order-processing, /aws/lambda/orders-dev-charge-payment -> orders deploy sets it right',
      'warning alias: live points to version 3, which is not the newest definition -> orders deploy sets it right',
      'missing functions: no alias orders-dev-charge-payment:live -> orders deploy sets it right',
      'missing tables: orders-dev-orders does not exist -> orders deploy sets it right',
      `missing secret: ${DOCUMENT.stripeSecretArn} is about to be deleted -> restore it, or payments fail`,
      '6 ok, 2 to look at, 6 missing, 0 skipped',
      '',
    ]);
    expect(code).toBe(13);
  });

  it('stops asking AWS when the credentials are not good', async () => {
    const { stdout, code, asked } = await runWithFake(['doctor', '--json'], {
      script,
      aws: { ...HEALTHY, GetCallerIdentity: { fault: 'ExpiredToken', message: 'The token has expired' } },
    });
    const { checks, ok } = JSON.parse(stdout) as {
      checks: { name: string; status: string; advice?: string }[];
      ok: boolean;
    };
    // As docs/json.md has them.
    expect(Object.keys(JSON.parse(stdout) as object).sort()).toEqual(['checks', 'environment', 'ok']);
    const fields = new Set(checks.flatMap((check) => Object.keys(check)));
    expect([...fields].sort()).toEqual(['advice', 'detail', 'name', 'status']);
    expect(checks.find(({ name }) => name === 'credentials')).toMatchObject({ status: 'missing' });
    expect(checks.filter(({ status }) => status === 'skipped')).toHaveLength(8);
    expect([ok, code]).toEqual([false, 13]);
    expect(asked).not.toContain('DescribeStateMachine');
  });

  it('says that nothing is published', async () => {
    const { stdout, code } = await runWithFake(['doctor'], {
      script,
      aws: { ...AWS, GetParameter: { fault: 'ParameterNotFound' } },
    });
    expect(stdout).toContain(
      'missing published document: there is no parameter /orders/dev/deployment -> orders deploy --env dev publishes it; or check --region\n' +
        'skipped state machine: nothing is published about it\n',
    );
    expect(code).toBe(13);
  });

  it('works for the local environment, without AWS', async () => {
    const folder = join(scratch, 'local');
    await runOrders(['list'], { folder });
    const { stdout, code } = await runOrders(['doctor'], { folder, env: { PATH: '/nowhere' } });
    expect(stdout).toContain(`ok      local store: ${join(folder, 'orders.db')} can be read\n`);
    expect(stdout).toContain(
      'warning Terraform: neither terraform nor tofu is on the PATH -> only deploy and destroy need it: ',
    );
    expect(stdout).toContain(
      'ok      environment: local, built in\nskipped credentials: the local environment is built in\n',
    );
    expect(code).toBe(0);
  });

  it('finds a damaged local store', async () => {
    const folder = join(scratch, 'damaged');
    mkdirSync(folder);
    writeFileSync(join(folder, 'orders.db'), 'this is no database, but long enough to look like a file'.repeat(100));
    const { stdout, code } = await runOrders(['doctor'], { folder, env: { ORDERS_TERRAFORM_BIN: FAKE } });
    expect(stdout).toMatch(/^missing local store: .+ -> .+$/m);
    expect(code).toBe(13);
  });
});
