import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SSM } from '@aws-sdk/client-ssm';
import { expect, test } from 'vitest';
import { readPublished } from '../../src/lib/environment/deployment.js';
import { terraformFolder, WORKFLOW } from '../infra/terraform.js';
import { servedEnvironment } from '../local/states/local-fixture.js';
import { startAwsStub, stubEnvironment, type AwsStub } from '../support/aws-stub/index.js';

/*
 * The whole module with the real Terraform and the real provider, as EXPRESS and with a key of its own (deploy.test.ts makes
 * STANDARD without one): apply, an empty plan, an update of the definition and one function, another type, destroy. Step
 * Functions is the local environment, the other services are the recording stub.
 *
 * Two minutes, most of it waiting: the provider makes one function after the other, five seconds each.
 */
const VARIABLES = {
  environment: 'try',
  region: 'us-east-1',
  functions_folder: '../functions',
  workflow_folder: '../workflow',
  stripe_secret_arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe-AbCdEf',
  deletion_protection: 'false',
  alarm_email: 'ops@example.com',
  workflow_type: 'EXPRESS',
  customer_managed_key: 'true',
};

test('Terraform applies, updates and destroys the whole infrastructure', { timeout: 400_000 }, async (context) => {
  const folder = await terraformFolder(context);
  const { port, sfn } = await servedEnvironment();
  const stub = await startAwsStub({ statesUrl: `http://127.0.0.1:${port}` });
  context.onTestFinished(() => stub.close());
  // The zips' paths stand in the state: as in orders deploy, they are the same in every place.
  const functions = join(folder.path, 'functions');
  const workflow = join(folder.path, 'workflow');
  cpSync(join(folder.path, 'infra', 'tests', 'functions'), functions, { recursive: true });
  cpSync(WORKFLOW, workflow, { recursive: true });
  const variables = Object.entries(VARIABLES).map(([name, value]) => [`TF_VAR_${name}`, value]);
  const env = { ...stubEnvironment(stub), ...(Object.fromEntries(variables) as Record<string, string>) };
  const run = (...args: string[]) => folder.run([...args, '-input=false'], env);

  const apply = await run('apply', '-auto-approve');
  expect(apply.output).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/u);
  await expectPublished(stub, await folder.run(['output', '-json'], env));
  expect(await run('plan', '-detailed-exitcode')).toMatchObject({ status: 0 });

  const definition = join(workflow, 'order-processing.asl.json');
  writeFileSync(definition, readFileSync(definition, 'utf8').replace('The price of each line.', 'Each price.'));
  writeFileSync(join(functions, 'charge-payment.zip'), 'another function');
  const before = stub.requests.length;
  const update = await run('apply', '-auto-approve');
  expect(update.output).toContain('Apply complete! Resources: 0 added, 4 changed, 0 destroyed');
  expect(changes(stub, before)).toEqual([
    'lambda PublishVersion',
    'lambda UpdateAlias',
    'lambda UpdateFunctionCode',
    'states UpdateStateMachine',
    'states UpdateStateMachineAlias',
  ]);
  expect(await run('plan', '-detailed-exitcode')).toMatchObject({ status: 0 });
  const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:orders-try-order-processing';
  const running = await sfn.describeStateMachine({ stateMachineArn: `${machine}:live` });
  expect(running.definition).toContain('Each price.');

  // The alias goes with the machine: one that stayed would be of a machine that is gone.
  const standard = ['-var', 'workflow_type=STANDARD'];
  const refused = await run('plan', ...standard);
  expect(refused.output).toContain('Resource precondition failed');
  const replacing = stub.requests.length;
  const replace = await run('apply', '-auto-approve', ...standard, '-var', 'allow_type_change=true');
  expect(replace.output).toMatch(/Apply complete! Resources: \d added, \d+ changed, 2 destroyed/u);
  expect(changes(stub, replacing)).toEqual(expect.arrayContaining(REPLACED));
  expect(await sfn.describeStateMachine({ stateMachineArn: `${machine}:live` })).toMatchObject({
    type: 'STANDARD',
    encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' },
  });
  expect(await run('plan', '-detailed-exitcode', ...standard)).toMatchObject({ status: 0 });

  const destroy = await run('destroy', '-auto-approve');
  expect(destroy.output).toMatch(/Destroy complete! Resources: \d+ destroyed/u);
  const left = Object.entries(stub.state).filter(([kind, things]) => kind !== 'ruleTargets' && things.size > 0);
  // A key is only scheduled for deletion.
  expect(left.map(([kind]) => kind).sort()).toEqual(['keys', 'rolePolicies']);
  expect(changes(stub, replacing)).toContain('kms ScheduleKeyDeletion');
  expect(stub.unknown).toEqual([]);
});

const REPLACED = [
  'states CreateStateMachine',
  'states CreateStateMachineAlias',
  'states DeleteStateMachine',
  'states DeleteStateMachineAlias',
];

/** The document is what the commands read, fits its parameter, and is the output. */
async function expectPublished(stub: AwsStub, { stdout }: { readonly stdout: string }): Promise<void> {
  const credentials = { accessKeyId: 'stub', secretAccessKey: 'stub' };
  const ssm = new SSM({ endpoint: stub.url, region: 'us-east-1', credentials });
  const published = await readPublished(ssm, 'try');
  ssm.destroy();
  if (published === undefined) throw new Error('nothing is published');
  const { deployment, document } = published;
  const outputs = JSON.parse(stdout) as Record<string, { readonly value: unknown }>;
  expect(outputs['deployment']?.value).toEqual(deployment);
  expect(Buffer.byteLength(document)).toBeLessThanOrEqual(4096);
  expect(Object.keys(deployment.functions).sort()).toEqual(bundles());
  expect(deployment.stateMachine).toEqual({
    name: 'orders-try-order-processing',
    arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders-try-order-processing',
    aliasArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders-try-order-processing:live',
    type: 'EXPRESS',
    logGroup: '/aws/vendedlogs/states/orders-try-order-processing',
  });
  expect(deployment.queues).toEqual({
    'confirmation-retries': 'https://sqs.us-east-1.amazonaws.com/000000000000/orders-try-confirmation-retries',
  });
}

function bundles(): string[] {
  const settings = JSON.parse(readFileSync(join(WORKFLOW, 'workflow.json'), 'utf8')) as { functions: object };
  return Object.keys(settings.functions).sort();
}

/** What was asked of AWS since then, other than reading, each once. */
function changes({ requests }: AwsStub, since: number): string[] {
  const reading = /^(Get|List|Describe|Validate)/u;
  const asked = requests.slice(since).filter(({ action }) => !reading.test(action));
  return [...new Set(asked.map(({ service, action }) => `${service} ${action}`))].sort();
}
