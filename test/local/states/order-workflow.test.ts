import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ask } from '../driver/ask.js';
import { localEnvironment, temporaryFolder } from './local-fixture.js';

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** A package with the shipped workflow, which a test may change. */
function packageCopy(): { readonly packageRoot: string; readonly definitionFile: string } {
  const packageRoot = temporaryFolder();
  const folder = join('workflows', 'order-processing');
  for (const file of ['order-processing.asl.json', 'workflow.json', 'demo-stock.json']) {
    cpSync(join(REPOSITORY, folder, file), join(packageRoot, folder, file));
  }
  return { packageRoot, definitionFile: join(packageRoot, folder, 'order-processing.asl.json') };
}

describe('the built-in machine', () => {
  test('is there on first use, with local names in the shipped definition', async () => {
    const local = localEnvironment();
    const described = await ask(local, 'DescribeStateMachine', { stateMachineArn: local.stateMachineArn });
    expect(described).toMatchObject({
      name: 'order-processing',
      type: 'STANDARD',
      status: 'ACTIVE',
      loggingConfiguration: { level: 'ALL', includeExecutionData: false },
    });
    const definition = JSON.parse(String(described['definition'])) as {
      TimeoutSeconds: number;
      States: Record<string, object>;
    };
    expect(definition.TimeoutSeconds).toBe(21_600);
    expect(definition.States['ValidateOrder']).toMatchObject({
      Parameters: { FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-validate-order:live' },
    });
  });

  test('becomes a new revision when another definition is shipped; what runs keeps its own', async () => {
    const { packageRoot, definitionFile } = packageCopy();
    const folder = temporaryFolder();
    const before = localEnvironment({ folder, packageRoot });
    const { stateMachineArn } = before;
    const { executionArn } = await ask(before, 'StartExecution', { stateMachineArn, name: 'one', input: '{}' });
    const { definition: old } = await ask(before, 'DescribeStateMachine', { stateMachineArn });
    await before.close();

    writeFileSync(
      definitionFile,
      readFileSync(definitionFile, 'utf8').replace(/"Comment": "[^"]*"/, '"Comment": "newer"'),
    );
    const after = localEnvironment({ folder, packageRoot });
    const { definition, revisionId } = await ask(after, 'DescribeStateMachine', { stateMachineArn });
    expect(definition).toContain('"Comment": "newer"');
    expect(revisionId).toBeDefined();
    expect(await ask(after, 'DescribeStateMachineForExecution', { executionArn })).toMatchObject({ definition: old });
  });

  test('comes with tables, demo stock, topics, queue and secret', async () => {
    const local = localEnvironment();
    const { inventory, orders, messages, queued, paymentIntents, executions } = await local.snapshot();
    expect(inventory).toContainEqual(expect.objectContaining({ sku: 'mug-white', onHand: 500, reserved: 0 }));
    expect({ orders, messages, queued, paymentIntents, executions }).toEqual({
      orders: [],
      messages: [],
      queued: [],
      paymentIntents: [],
      executions: {},
    });
  });
});
