import { describe, expect, test } from 'vitest';
import { createMachine, LONG_WAIT, PASS, servedEnvironment } from './local-fixture.js';

const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:machine';
const succeedWith = (Result: string) =>
  JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Pass', Result, End: true } } });

/** Two versions of one machine, whose outputs tell which of them ran; `draw` decides an alias's way. */
async function twoVersions() {
  const drawn = { next: 0 };
  let id = 0;
  const sources = { now: () => Date.now(), random: () => drawn.next, uuid: () => `id-${(id += 1)}` };
  const { sfn, local } = await servedEnvironment({ sources });
  const roleArn = 'arn:aws:iam::000000000000:role/test';
  await sfn.createStateMachine({ name: 'machine', definition: succeedWith('one'), roleArn, publish: true });
  await sfn.updateStateMachine({ stateMachineArn: MACHINE, definition: succeedWith('two'), publish: true });
  const outputOf = async (stateMachineArn: string) => {
    const { executionArn = '' } = await sfn.startExecution({ stateMachineArn });
    await local.drive(executionArn);
    return sfn.describeExecution({ executionArn });
  };
  return { sfn, local, drawn, outputOf };
}

describe('versions', () => {
  test('are numbered from 1, published once a revision, listed newest first', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    const first = await sfn.publishStateMachineVersion({
      stateMachineArn,
      description: 'first',
      revisionId: 'INITIAL',
    });
    expect(first.stateMachineVersionArn).toBe(`${MACHINE}:1`);
    const again = await sfn.publishStateMachineVersion({ stateMachineArn });
    expect(again).toMatchObject({ stateMachineVersionArn: `${MACHINE}:1`, creationDate: first.creationDate });

    const updated = await sfn.updateStateMachine({ stateMachineArn, definition: succeedWith('two') });
    const second = await sfn.publishStateMachineVersion({ stateMachineArn, revisionId: updated.revisionId ?? '' });
    expect(second.stateMachineVersionArn).toBe(`${MACHINE}:2`);

    const page = await sfn.listStateMachineVersions({ stateMachineArn, maxResults: 1 });
    expect(page.stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([`${MACHINE}:2`]);
    const rest = await sfn.listStateMachineVersions({ stateMachineArn, nextToken: page.nextToken });
    expect(rest.stateMachineVersions?.map((version) => version.stateMachineVersionArn)).toEqual([`${MACHINE}:1`]);
    expect(rest.nextToken).toBeUndefined();

    expect(await sfn.describeStateMachine({ stateMachineArn: `${MACHINE}:1` })).toMatchObject({
      stateMachineArn: `${MACHINE}:1`,
      name: 'machine',
      definition: JSON.stringify(PASS),
      description: 'first',
      creationDate: first.creationDate,
    });
  });

  test('another revision than the current one is a conflict', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, PASS);
    await expect(sfn.publishStateMachineVersion({ stateMachineArn, revisionId: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Failed to publish the State Machine version for revision other. The current State Machine revision is INITIAL.',
    });
    await expect(sfn.publishStateMachineVersion({ stateMachineArn: `${MACHINE}x` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(sfn.publishStateMachineVersion({ stateMachineArn: `${MACHINE}:1` })).rejects.toMatchObject({
      name: 'InvalidArn',
    });
  });

  test('create and update publish when asked; a description without publishing is refused', async () => {
    const { sfn } = await servedEnvironment();
    const machine = {
      name: 'machine',
      definition: JSON.stringify(PASS),
      roleArn: 'arn:aws:iam::000000000000:role/test',
    };
    await expect(sfn.createStateMachine({ ...machine, versionDescription: 'x' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Version description can only be set when publish is true',
    });
    const created = await sfn.createStateMachine({ ...machine, publish: true, versionDescription: 'x' });
    expect(created.stateMachineVersionArn).toBe(`${MACHINE}:1`);
    const updated = await sfn.updateStateMachine({
      stateMachineArn: MACHINE,
      definition: succeedWith('2'),
      publish: true,
    });
    expect(updated.stateMachineVersionArn).toBe(`${MACHINE}:2`);
    expect(
      (await sfn.updateStateMachine({ stateMachineArn: MACHINE, definition: succeedWith('3') })).stateMachineVersionArn,
    ).toBe(undefined);
  });

  test('an execution runs the version it was started by, says so, and is found by it', async () => {
    const { sfn, outputOf } = await twoVersions();
    const one = await outputOf(`${MACHINE}:1`);
    expect(one).toMatchObject({ output: '"one"', stateMachineArn: MACHINE, stateMachineVersionArn: `${MACHINE}:1` });
    expect(one.stateMachineAliasArn).toBeUndefined();
    const plain = await outputOf(MACHINE);
    expect(plain.output).toBe('"two"');
    expect(plain.stateMachineVersionArn).toBeUndefined();

    const listed = await sfn.listExecutions({ stateMachineArn: `${MACHINE}:1` });
    expect(listed.executions).toMatchObject([
      { executionArn: one.executionArn, stateMachineVersionArn: `${MACHINE}:1` },
    ]);
    expect((await sfn.listExecutions({ stateMachineArn: MACHINE })).executions).toHaveLength(2);
    await expect(sfn.startExecution({ stateMachineArn: `${MACHINE}:9` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
      message: `State Machine Does Not Exist: '${MACHINE}:9'`,
    });
  });

  test('a deleted version is gone, its executions run on, its number is not used again', async () => {
    const { sfn } = await servedEnvironment();
    const stateMachineArn = await createMachine(sfn, LONG_WAIT);
    await sfn.publishStateMachineVersion({ stateMachineArn });
    const { executionArn } = await sfn.startExecution({ stateMachineArn: `${MACHINE}:1`, name: 'runs' });
    await sfn.deleteStateMachineVersion({ stateMachineVersionArn: `${MACHINE}:1` });
    await sfn.deleteStateMachineVersion({ stateMachineVersionArn: `${MACHINE}:1` });
    await expect(sfn.startExecution({ stateMachineArn: `${MACHINE}:1` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    expect(await sfn.describeExecution({ executionArn })).toMatchObject({ status: 'RUNNING' });
    const next = await sfn.publishStateMachineVersion({ stateMachineArn });
    expect(next.stateMachineVersionArn).toBe(`${MACHINE}:2`);
  });
});

test('METADATA_ONLY leaves the definition out', async () => {
  const { sfn } = await servedEnvironment();
  const stateMachineArn = await createMachine(sfn, PASS);
  const { executionArn } = await sfn.startExecution({ stateMachineArn });
  const includedData = 'METADATA_ONLY';
  expect(await sfn.describeStateMachine({ stateMachineArn, includedData })).toMatchObject({ definition: '{}' });
  expect(await sfn.describeStateMachineForExecution({ executionArn, includedData })).toMatchObject({
    definition: '{}',
  });
});

describe('aliases', () => {
  test('lead to their versions by weight', async () => {
    const { sfn, drawn, outputOf } = await twoVersions();
    const alias = `${MACHINE}:live`;
    const routingConfiguration = [
      { stateMachineVersionArn: `${MACHINE}:1`, weight: 30 },
      { stateMachineVersionArn: `${MACHINE}:2`, weight: 70 },
    ];
    const created = await sfn.createStateMachineAlias({ name: 'live', description: 'canary', routingConfiguration });
    expect(created.stateMachineAliasArn).toBe(alias);

    drawn.next = 0.29;
    const first = await outputOf(alias);
    expect(first).toMatchObject({
      output: '"one"',
      stateMachineAliasArn: alias,
      stateMachineVersionArn: `${MACHINE}:1`,
      stateMachineArn: MACHINE,
    });
    drawn.next = 0.3;
    expect((await outputOf(alias)).output).toBe('"two"');
    expect((await sfn.listExecutions({ stateMachineArn: alias })).executions).toHaveLength(2);

    await sfn.updateStateMachineAlias({
      stateMachineAliasArn: alias,
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:2`, weight: 100 }],
    });
    drawn.next = 0;
    expect((await outputOf(alias)).output).toBe('"two"');
    expect(await sfn.describeStateMachineAlias({ stateMachineAliasArn: alias })).toMatchObject({
      name: 'live',
      description: 'canary',
      creationDate: created.creationDate,
      routingConfiguration: [{ stateMachineVersionArn: `${MACHINE}:2`, weight: 100 }],
    });
  });

  test('the same again is answered alike, another under its name is a conflict', async () => {
    const { sfn } = await twoVersions();
    const routes = (number: number) => [{ stateMachineVersionArn: `${MACHINE}:${number}`, weight: 100 }];
    const first = await sfn.createStateMachineAlias({ name: 'live', routingConfiguration: routes(1) });
    const again = await sfn.createStateMachineAlias({ name: 'live', routingConfiguration: routes(1) });
    expect(again.creationDate).toEqual(first.creationDate);
    await expect(sfn.createStateMachineAlias({ name: 'live', routingConfiguration: routes(2) })).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(sfn.deleteStateMachineVersion({ stateMachineVersionArn: `${MACHINE}:1` })).rejects.toMatchObject({
      name: 'ConflictException',
      message:
        'Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
    });
    await sfn.createStateMachineAlias({ name: 'next', routingConfiguration: routes(2) });

    const names = async (stateMachineArn: string) =>
      (await sfn.listStateMachineAliases({ stateMachineArn })).stateMachineAliases?.map((alias) =>
        alias.stateMachineAliasArn?.slice(MACHINE.length + 1),
      );
    expect(await names(MACHINE)).toEqual(['live', 'next']);
    expect(await names(`${MACHINE}:2`)).toEqual(['next']);

    await sfn.deleteStateMachineAlias({ stateMachineAliasArn: `${MACHINE}:live` });
    await expect(sfn.deleteStateMachineAlias({ stateMachineAliasArn: `${MACHINE}:live` })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
    await expect(sfn.startExecution({ stateMachineArn: `${MACHINE}:live` })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
  });

  test.each([
    ['weights that are not 100', 'live', [{ n: 1, weight: 30 }], 'ValidationException'],
    [
      'one version twice',
      'live',
      [
        { n: 1, weight: 30 },
        { n: 1, weight: 70 },
      ],
      'ValidationException',
    ],
    ['no route', 'live', [], 'ValidationException'],
    ['a name of digits', '17', [{ n: 1, weight: 100 }], 'InvalidName'],
    ['a version that is not there', 'live', [{ n: 7, weight: 100 }], 'ResourceNotFound'],
  ])('refuse %s', async (_, name, routes, error) => {
    const { sfn } = await twoVersions();
    const routingConfiguration = routes.map(({ n, weight }) => ({ stateMachineVersionArn: `${MACHINE}:${n}`, weight }));
    await expect(sfn.createStateMachineAlias({ name, routingConfiguration })).rejects.toMatchObject({ name: error });
  });

  test('go with their machine', async () => {
    const { sfn } = await twoVersions();
    const routingConfiguration = [{ stateMachineVersionArn: `${MACHINE}:1`, weight: 100 }];
    await sfn.createStateMachineAlias({ name: 'live', routingConfiguration });
    await sfn.deleteStateMachine({ stateMachineArn: MACHINE });
    await createMachine(sfn, PASS);
    expect((await sfn.listStateMachineVersions({ stateMachineArn: MACHINE })).stateMachineVersions).toEqual([]);
    expect((await sfn.listStateMachineAliases({ stateMachineArn: MACHINE })).stateMachineAliases).toEqual([]);
  });
});
