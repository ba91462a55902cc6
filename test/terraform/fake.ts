import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAnsweringWire, type Answer } from '../support/answering-wire.js';
import { ROOT, runOrders, type Ran, type RunOptions } from '../support/run-orders.js';

export const FAKE = join(ROOT, 'test/support/fake-terraform.js');

/** A file of test/support/terraform-recordings. */
export const recording = (name: string): string => join(ROOT, 'test/support/terraform-recordings', name);

/** What the fake answers to one command; see fake-terraform.js. */
export interface Turn {
  readonly code?: number;
  readonly file?: string;
  readonly lines?: readonly object[];
  readonly text?: string;
  readonly stderr?: string;
  readonly hangs?: boolean;
  readonly stubborn?: readonly object[];
  readonly after?: readonly object[];
}

export interface FakeScript {
  readonly version?: string;
  readonly commands: Readonly<Record<string, Turn>>;
}

export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly chdir: string;
  readonly module: { readonly backend?: object };
  readonly modes: { readonly plan?: string; readonly folder?: string };
}

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:orders-dev-order-processing';

/** As much of a published document as its reader asks for. */
export const DOCUMENT = {
  schemaVersion: 1,
  environment: 'dev',
  region: 'us-east-1',
  accountId: '000000000000',
  stateMachine: {
    name: 'orders-dev-order-processing',
    arn: MACHINE,
    aliasArn: `${MACHINE}:live`,
    type: 'STANDARD',
    logGroup: '/aws/vendedlogs/states/orders-dev-order-processing',
  },
  functions: {
    'charge-payment': {
      name: 'orders-dev-charge-payment',
      alias: 'live',
      logGroup: '/aws/lambda/orders-dev-charge-payment',
    },
  },
  tables: { orders: 'orders-dev-orders' },
  topics: {},
  queues: {},
  stripeSecretArn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe-AbCdEf',
};

/** An AWS on which everything is as DOCUMENT says. */
export const AWS: Readonly<Record<string, Answer>> = {
  GetCallerIdentity: () => ({ Account: '000000000000', Arn: 'arn:aws:iam::000000000000:user/dev', UserId: 'AIDA' }),
  ListExecutions: () => ({ executions: [{ executionArn: 'a' }, { executionArn: 'b' }] }),
  GetParameter: () => ({
    Parameter: {
      Name: '/orders/dev/deployment',
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/orders/dev/deployment',
      Value: JSON.stringify(DOCUMENT),
    },
  }),
  DescribeStateMachineAlias: () => ({
    stateMachineAliasArn: `${MACHINE}:live`,
    routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:3`, weight: 100 }],
  }),
  DescribeStateMachine: () => ({
    name: 'orders-dev-order-processing',
    status: 'ACTIVE',
    type: 'STANDARD',
    revisionId: 'r3',
    loggingConfiguration: { level: 'ALL' },
  }),
};

/** What the answers of deploy and destroy have in common, as docs/json.md has it; `running` only where the machine changes. */
export const PLAN_FIELDS = [
  'accountId',
  'changes',
  'counts',
  'environment',
  'guarded',
  'region',
  'state',
  'terraform',
  'variableFiles',
  'verdict',
] as const;

/** Commands as they were recorded: a run of that name, and the output it leaves. */
export function recorded(name: string): FakeScript['commands'] {
  return {
    init: { file: recording('init.jsonl') },
    plan: { file: recording(`${name}.plan.jsonl`), code: name === 'unchanged' ? 0 : 2 },
    show: { file: recording(`${name}.show.json`) },
    apply: { file: recording(`${name}.apply.jsonl`), code: name === 'replace' ? 1 : 0 },
    output: { text: JSON.stringify({ deployment: { value: DOCUMENT } }) },
  };
}

export interface Deployed extends Ran {
  readonly calls: readonly Call[];
  /** Operations that AWS was asked for. */
  readonly asked: readonly string[];
  readonly interrupts: number;
}

export interface FakeRun extends RunOptions {
  readonly script: FakeScript;
  readonly aws?: Readonly<Record<string, Answer>>;
}

/** Runs orders with the fake in Terraform's place, as environment dev in us-east-1. */
export async function runWithFake(
  args: readonly string[],
  { script, aws = AWS, ...options }: FakeRun,
): Promise<Deployed> {
  const folder = mkdtempSync(join(tmpdir(), 'orders-fake-'));
  const file = join(folder, 'script.json');
  writeFileSync(file, JSON.stringify(script));
  const wire = await startAnsweringWire(aws);
  const env = {
    ORDERS_ENV: 'dev',
    ORDERS_TERRAFORM_BIN: FAKE,
    FAKE_TERRAFORM: file,
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: wire.url,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    ...options.env,
  };
  try {
    const ran = await runOrders(args, { folder: join(folder, 'data'), ...options, env });
    const lines = (name: string): string[] =>
      existsSync(file + name)
        ? readFileSync(file + name, 'utf8')
            .trim()
            .split('\n')
        : [];
    const calls = lines('.calls').map((line) => JSON.parse(line) as Call);
    return { ...ran, calls, asked: wire.asked, interrupts: lines('.interrupts').length };
  } finally {
    await wire.finish();
    rmSync(folder, { recursive: true, force: true });
  }
}
