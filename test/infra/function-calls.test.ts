import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { faultFree, singleFaults } from '../faults/matrix.js';
import { runPlan, shippedWorkflow } from '../faults/run-plan.js';
import { SCENARIOS, type ScenarioName } from '../faults/scenarios.js';
import { MODULE, WORKFLOW } from './terraform.js';

/*
 * What the functions ask of DynamoDB, recorded while they run through the scenarios of test/faults and through faults of
 * every kind, against what infra/functions.tf lets them.
 */
type Actions = Record<string, Record<string, readonly string[]>>;

/** Where faults lead to calls that no fault-free run makes: every so many of them is enough. */
const EVERY = 31;

/** Another attempt at an order looks at the attempt before; the scenarios have first attempts only. */
const OF_SECOND_ATTEMPTS = ['validate-order orders ConditionCheckItem'];

test('a function may call what it calls, and nothing else', { timeout: 300_000 }, async () => {
  const called = new Set<string>();
  const subject = shippedWorkflow({ name: 'recorded', documents: (client) => recording(client, called) });
  for (const name of Object.keys(SCENARIOS) as ScenarioName[]) {
    const recorded = await faultFree(name, 'STANDARD', subject);
    const plans = [...singleFaults(name, recorded, false)].filter((_, index) => index % EVERY === 0);
    for (const plan of plans) await runPlan(plan, subject);
  }
  const allowed = await allowedCalls();
  expect([...called].filter((call) => !allowed.has(call))).toEqual([]);
  expect([...allowed].filter((call) => !called.has(call))).toEqual(OF_SECOND_ATTEMPTS);
});

/** `check-inventory orders GetItem`, of functions.tf. */
async function allowedCalls(): Promise<Set<string>> {
  const source = readFileSync(join(MODULE, 'functions.tf'), 'utf8');
  const { locals } = (await parse('functions.tf', source)) as { locals: readonly { ledger_actions?: Actions }[] };
  const actions = locals.find((block) => block.ledger_actions !== undefined)?.ledger_actions ?? {};
  return new Set(
    Object.entries(actions).flatMap(([name, tables]) =>
      Object.entries(tables).flatMap(([table, list]) => list.map((action) => `${name} ${table} ${action}`)),
    ),
  );
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, unknown>;
}

/** Notes what is sent before it is sent. The mark in place of the signal tells whose call it is. */
function recording(client: DynamoDBDocumentClient, called: Set<string>): DynamoDBDocumentClient {
  const send = client.send.bind(client) as unknown as (command: Command, options: object) => Promise<unknown>;
  const recorded = (command: Command, options: { abortSignal: { state: string } }) => {
    const name = functionOf(options.abortSignal.state);
    for (const { table, action } of callsOf(command)) called.add(`${name} ${table} ${action}`);
    return send(command, options);
  };
  return { send: recorded } as unknown as DynamoDBDocumentClient;
}

/** IAM asks for the parts of a transaction, by table. */
function callsOf({ constructor, input }: Command): { table: string; action: string }[] {
  const kind = constructor.name.replace(/Command$/u, '');
  if (kind === 'BatchGet') {
    return Object.keys(input['RequestItems'] as object).map((table) => ({ table, action: 'BatchGetItem' }));
  }
  if (kind !== 'TransactWrite') return [{ table: String(input['TableName']), action: `${kind}Item` }];
  const items = input['TransactItems'] as readonly Record<string, { TableName: string }>[];
  return items.flatMap((item) =>
    Object.entries(item).map(([part, { TableName: table }]) => ({ table, action: `${part}Item` })),
  );
}

const definition = readFileSync(join(WORKFLOW, 'order-processing.asl.json'), 'utf8');

/** Which function a state calls, read from the definition; an operator's compensation is the rollback. */
function functionOf(state: string): string {
  if (state.startsWith('Operator')) return 'rollback-order';
  const from = definition.indexOf(`"${state}": {`);
  const name = /"FunctionName": "\$\{(\w+)FunctionArn\}"/u.exec(definition.slice(from))?.[1] ?? '';
  return name.replace(/(?<!^)([A-Z])/gu, '-$1').toLowerCase();
}
