import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AWS, PLAN_FIELDS, recorded, recording, runWithFake, type FakeScript } from '../terraform/fake.js';
import { lines } from './fixed.js';

/** The recorded plan, and tables that go with it. */
function withTables(deletionProtected: boolean): FakeScript {
  const document = JSON.parse(readFileSync(recording('destroy.show.json'), 'utf8')) as { resource_changes: object[] };
  const table = (key: string): object => ({
    address: `aws_dynamodb_table.ledger["${key}"]`,
    mode: 'managed',
    type: 'aws_dynamodb_table',
    name: 'ledger',
    index: key,
    change: {
      actions: ['delete'],
      before: { id: `orders-dev-${key}`, deletion_protection_enabled: deletionProtected },
      after: null,
    },
  });
  const changes = [...document.resource_changes, table('orders'), table('payments')];
  const show = { text: JSON.stringify({ ...document, resource_changes: changes }) };
  return { commands: { ...recorded('destroy'), show } };
}

const TABLES: typeof AWS = {
  ...AWS,
  DescribeTable: ({ TableName: name }) => ({ Table: { TableName: name, ItemCount: 41, TableSizeBytes: 5_300 } }),
  Query: () => ({ Count: 2, ScannedCount: 2 }),
};

describe('orders destroy', () => {
  it('shows what is at stake, and goes on with the name only', async () => {
    const { stdout, stderr, code, calls } = await runWithFake(['destroy', '--confirm', 'dev'], {
      script: withTables(false),
      aws: TABLES,
    });
    expect(stdout).toBe(
      lines(
        'Change   Resource        Name',
        'destroy  state machine   orders',
        'destroy  terraform data  charge-payment, validate-order',
        'destroy  table           orders, payments',
        '',
        '0 to add, 0 to change, 0 to replace, 5 to destroy, in account 000000000000, us-east-1',
        'destroy state machine orders: its running executions end and their histories are forgotten',
        'destroy table orders: its items are gone for good',
        'destroy table payments: its items are gone for good',
        '',
        'Table     Name                    Items  Bytes',
        'orders    orders-dev-orders    about 41   5300',
        'payments  orders-dev-payments  about 41   5300',
        "items and bytes are DynamoDB's own count, up to six hours old",
        '2 executions are running: they end with the machine',
        '4 orders are neither fulfilled nor cancelled',
        'destroyed: 5 resources of dev',
      ),
    );
    expect(stderr).toContain('destroyed state machine orders\n');
    expect(code).toBe(0);
    expect(calls.map(({ command }) => command)).toEqual(['init', 'plan', 'show', 'apply']);
    expect(calls[1]?.args).toContain('-destroy');
    // The plan that was shown, and nothing else.
    expect(calls[3]?.args.at(-1)).toBe(calls[1]?.args[0]?.slice('-out='.length));
  });

  it.each([
    [[], 2, 'answer with --confirm dev'],
    [['--confirm', 'prod'], 2, '--confirm prod is not the name of environment dev'],
    [['--yes'], 2, 'unknown flag --yes'],
  ])('does nothing without the name: %j', async (flags, exit, said) => {
    const { stderr, code, calls } = await runWithFake(['destroy', ...flags], {
      script: withTables(false),
      aws: TABLES,
    });
    expect(stderr).toContain(said);
    expect(code).toBe(exit);
    expect(calls.map(({ command }) => command)).not.toContain('apply');
  });

  it('does not begin what AWS would refuse in the middle', async () => {
    const { stderr, code, calls } = await runWithFake(['destroy', '--confirm', 'dev'], {
      script: withTables(true),
      aws: TABLES,
    });
    expect(stderr).toContain(
      'deletion protection is on, nothing was destroyed: orders-dev-orders, orders-dev-payments\n' +
        '  take it off first: orders deploy --env dev --var deletion_protection=false\n',
    );
    expect(code).toBe(15);
    expect(calls.map(({ command }) => command)).not.toContain('apply');
  });

  it('says what it could not look at', async () => {
    const denied = { fault: 'AccessDeniedException' };
    const { stdout, code } = await runWithFake(['destroy', '--plan', '--json'], {
      script: withTables(false),
      aws: { ...AWS, DescribeTable: denied, Query: denied, ListExecutions: denied },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: 'planned',
      running: null,
      unfinished: null,
      tables: [
        { table: 'orders', name: 'orders-dev-orders', items: null, fault: 'AccessDeniedException' },
        { table: 'payments', items: null },
      ],
    });
    // As docs/json.md has them.
    expect(Object.keys(JSON.parse(stdout) as object).sort()).toEqual(
      [...PLAN_FIELDS, 'running', 'tables', 'unfinished'].sort(),
    );
    expect(code).toBe(0);
  });

  it('finds nothing where nothing is', async () => {
    const { stdout, code } = await runWithFake(['destroy', '--confirm', 'dev'], {
      script: { commands: recorded('unchanged') },
    });
    expect(stdout).toBe('nothing to destroy: no resource of dev is in this state\n');
    expect(code).toBe(0);
  });
});
