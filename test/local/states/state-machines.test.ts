import { describe, expect, test } from 'vitest';
import { createMachine, LONG_WAIT, PASS, servedEnvironment } from './local-fixture.js';

const ROLE = 'arn:aws:iam::000000000000:role/test';
const OTHER = { StartAt: 'Only', States: { Only: { Type: 'Pass', Result: 1, End: true } } };

describe('state machines', () => {
  test('are described as created', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    expect(stateMachineArn).toBe('arn:aws:states:us-east-1:000000000000:stateMachine:machine');
    const { $metadata: _, creationDate, ...described } = await sfn.describeStateMachine({ stateMachineArn });
    expect(creationDate).toBeInstanceOf(Date);
    expect(described).toEqual({
      stateMachineArn,
      name: 'machine',
      definition: JSON.stringify(PASS),
      roleArn: ROLE,
      type: 'STANDARD',
      status: 'ACTIVE',
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
    });
  });

  test('keep and tell how they are encrypted', async () => {
    const { sfn } = await servedEnvironment();
    const own = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: 'alias/orders' } as const;
    const definition = JSON.stringify(LONG_WAIT);
    const given = { name: 'machine', roleArn: ROLE, definition, encryptionConfiguration: own };
    const { stateMachineArn = '' } = await sfn.createStateMachine(given);
    const kept = { ...own, kmsDataKeyReusePeriodSeconds: 300 };
    expect((await sfn.describeStateMachine({ stateMachineArn })).encryptionConfiguration).toEqual(kept);
    await expect(createMachine(sfn, LONG_WAIT)).rejects.toMatchObject({ name: 'StateMachineAlreadyExists' });

    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    await sfn.updateStateMachine({ stateMachineArn, definition: JSON.stringify(OTHER) });
    expect((await sfn.describeStateMachine({ stateMachineArn })).encryptionConfiguration).toEqual(kept);
    await sfn.updateStateMachine({ stateMachineArn, encryptionConfiguration: { type: 'AWS_OWNED_KEY' } });
    expect((await sfn.describeStateMachine({ stateMachineArn })).encryptionConfiguration).toEqual({
      type: 'AWS_OWNED_KEY',
    });
    expect((await sfn.describeStateMachineForExecution({ executionArn })).encryptionConfiguration).toEqual(kept);
    await expect(
      sfn.updateStateMachine({ stateMachineArn, encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY' } }),
    ).rejects.toMatchObject({ name: 'InvalidEncryptionConfiguration' });
  });

  test('creating the same again is no error, creating another is', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    expect(await createMachine(sfn, PASS)).toBe(stateMachineArn);
    const refused = {
      name: 'StateMachineAlreadyExists',
      message: `State Machine Already Exists: '${stateMachineArn}'`,
    };
    await expect(createMachine(sfn, OTHER)).rejects.toMatchObject(refused);
    await expect(createMachine(sfn, PASS, { type: 'EXPRESS' })).rejects.toMatchObject(refused);
  });

  test('an update changes what starts afterwards, never what runs', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, LONG_WAIT);
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name: 'before' });
    const { revisionId } = await sfn.updateStateMachine({ stateMachineArn, definition: JSON.stringify(OTHER) });

    expect(await sfn.describeStateMachine({ stateMachineArn })).toMatchObject({
      definition: JSON.stringify(OTHER),
      revisionId,
    });
    expect(await sfn.describeStateMachineForExecution({ executionArn })).toMatchObject({
      stateMachineArn,
      definition: JSON.stringify(LONG_WAIT),
    });
  });

  test('after deletion its executions can still be read', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, LONG_WAIT);
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn, name: 'left' });
    await sfn.deleteStateMachine({ stateMachineArn });
    await sfn.deleteStateMachine({ stateMachineArn });

    await expect(sfn.describeStateMachine({ stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(sfn.startExecution({ stateMachineArn })).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING' });
    expect(await createMachine(sfn, OTHER)).toBe(stateMachineArn);
  });

  test('refuses what is wrong with a definition, with the code and the place', async () => {
    const { sfn } = await servedEnvironment();
    await expect(createMachine(sfn, { StartAt: 'X' })).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(/^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: .*'$/) as string,
    });
    const { result, diagnostics } = await sfn.validateStateMachineDefinition({ definition: '{' });
    expect(result).toBe('FAIL');
    expect(diagnostics).toMatchObject([{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION' }]);
    expect(await sfn.validateStateMachineDefinition({ definition: JSON.stringify(PASS) })).toMatchObject({
      result: 'OK',
      diagnostics: [],
      truncated: false,
    });
  });

  test('refuses bad names, bad roles, and logging without a group', async () => {
    const { sfn } = await servedEnvironment();
    const definition = JSON.stringify(PASS);
    await expect(sfn.createStateMachine({ name: 'a b', definition, roleArn: ROLE })).rejects.toMatchObject({
      name: 'InvalidName',
    });
    await expect(sfn.createStateMachine({ name: 'a', definition, roleArn: 'role' })).rejects.toMatchObject({
      name: 'InvalidArn',
    });
    const loggingConfiguration = { level: 'ALL' } as const;
    await expect(
      sfn.createStateMachine({ name: 'a', definition, roleArn: ROLE, loggingConfiguration }),
    ).rejects.toMatchObject({ name: 'InvalidLoggingConfiguration' });
  });

  test('are listed by name, the built-in one among them', async () => {
    const { sfn } = await servedEnvironment();
    await createMachine(sfn, PASS, { name: 'zebra' });
    await createMachine(sfn, PASS, { name: 'ant' });
    const first = await sfn.listStateMachines({ maxResults: 2 });
    const second = await sfn.listStateMachines({ maxResults: 2, nextToken: first.nextToken });
    const names = [...(first.stateMachines ?? []), ...(second.stateMachines ?? [])].map(({ name }) => name);
    expect(names).toEqual(['ant', 'order-processing', 'zebra']);
    expect(second.nextToken).toBeUndefined();
  });

  test('have tags', async () => {
    const { sfn } = await servedEnvironment();
    const resourceArn = await createMachine(sfn, PASS);
    await sfn.tagResource({
      resourceArn,
      tags: [
        { key: 'team', value: 'a' },
        { key: 'env', value: 'b' },
      ],
    });
    await sfn.untagResource({ resourceArn, tagKeys: ['env'] });
    expect((await sfn.listTagsForResource({ resourceArn })).tags).toEqual([{ key: 'team', value: 'a' }]);
    await expect(sfn.listTagsForResource({ resourceArn: `${resourceArn}2` })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

test('what is not offered is refused by name', async () => {
  const { sfn } = await servedEnvironment();
  await expect(
    sfn.updateMapRun({ mapRunArn: 'arn:aws:states:us-east-1:000000000000:mapRun:m/l:r' }),
  ).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'The local environment does not offer the operation UpdateMapRun of AWSStepFunctions.',
  });
});
