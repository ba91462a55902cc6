import { expect, test } from 'vitest';
import { performEvaluation } from '../../src/lib/engine/jsonata/evaluate-jsonata.js';
import type { Effect, Json, Signal } from '../../src/lib/engine/protocol.js';
import { replies, setupOf, task } from './machines.js';
import { outline } from './story.js';
import { VirtualDriver, type Answerer, type DriverOptions } from './virtual-driver.js';

const boom = { error: 'Boom', cause: 'as told' };

function machine(fields: object, states: object = { Only: { Type: 'Pass', End: true } }): object {
  return {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Only',
          States: states,
        },
        Next: 'After',
        ...fields,
      },
      After: { Type: 'Succeed' },
    },
  };
}

async function play(definition: object, input: Json, options: Partial<DriverOptions> = {}): Promise<VirtualDriver> {
  const whole = { answer: replies({}), evaluate: performEvaluation, ...options };
  const driver = await new VirtualDriver(setupOf(definition, input), whole).start().drive();
  await expectSameFromEveryCut(driver);
  return driver;
}

async function expectSameFromEveryCut(driver: VirtualDriver): Promise<void> {
  const stored = driver.records.map((record) => JSON.stringify(record));
  for (const cut of driver.cuts) {
    const restored = await driver.restoredAt(cut).drive();
    expect(restored.records.map((record) => JSON.stringify(record))).toEqual(stored);
  }
}

function last(driver: VirtualDriver): { status: string; output?: string; error?: string; cause?: string } {
  const { status, output, error, cause } = driver.steps.findLast(({ records }) => records.length > 0)!;
  return {
    status,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** Functions that fail for some inputs; children's calls have the same keys, so it is the input that tells them apart. */
function failingFor(fails: (input: Json) => boolean): Answerer {
  return ({ key, parameters }) => [
    { after: 0, signal: { kind: 'task-started', key } },
    {
      after: 0,
      signal: fails(parameters)
        ? { kind: 'task-failed', key, ...boom }
        : { kind: 'task-succeeded', key, output: JSON.stringify(parameters) },
    },
  ];
}

const calls = { Only: task('work', { End: true }) };

test('without a limit one failed child fails the Map Run, the Map and the execution', async () => {
  const driver = await play(machine({}, calls), [1, 2], { answer: replies({ work: [boom] }) });
  expect(outline(driver, 3)).toEqual([
    '3 <- 2 MapStateStarted',
    '4 <- 3 MapRunStarted',
    '5 <- 4 MapRunFailed',
    '6 <- 5 MapStateFailed',
    '7 <- 6 ExecutionFailed',
  ]);
  expect(last(driver)).toEqual({
    status: 'FAILED',
    error: 'States.ExceedToleratedFailureThreshold',
    cause: 'The specified tolerated failure threshold was exceeded',
  });
  expect(driver.mapRuns.map(({ status }) => status)).toEqual(['RUNNING', 'FAILED']);
});

test.each([
  [{ ToleratedFailureCount: 1 }, 'SUCCEEDED'],
  [{ ToleratedFailureCount: 0 }, 'FAILED'],
  [{ ToleratedFailurePercentage: 25 }, 'SUCCEEDED'],
  [{ ToleratedFailurePercentage: 24.9 }, 'FAILED'],
  [{ ToleratedFailurePercentage: 100, ToleratedFailureCount: 0 }, 'FAILED'],
])('one failure in four with %j: %s', async (limits, status) => {
  const answer = failingFor((input) => input === 1);
  const driver = await play(machine({ ...limits, MaxConcurrency: 1 }, calls), [1, 2, 3, 4], { answer });
  expect(last(driver).status).toBe(status);
});

test('a catcher takes a Map Run that failed, and a retrier begins a new one', async () => {
  const fields = {
    Retry: [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], IntervalSeconds: 1, MaxAttempts: 1 }],
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After', ResultPath: null }],
  };
  const driver = await play(machine(fields, calls), [1], { answer: replies({ work: [boom] }) });
  expect(driver.records.map(({ event }) => event.type)).toEqual([
    'ExecutionStarted',
    'MapStateEntered',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunFailed',
    'MapStateStarted',
    'MapRunStarted',
    'MapRunFailed',
    'MapStateFailed',
    'MapStateExited',
    'SucceedStateEntered',
    'SucceedStateExited',
    'ExecutionSucceeded',
  ]);
});

test.each(['at once', 'after a restart'])(
  'a redriven Map Run runs only the failed children again, %s',
  async (when) => {
    let broken = true;
    const answer = failingFor((input) => broken && input === 2);
    const definition = machine({ MaxConcurrency: 1, Label: 'each' }, calls);
    const first = await new VirtualDriver(setupOf(definition, [1, 2]), { answer }).start().drive();
    const driver = when === 'at once' ? first : first.restoredAt(first.cuts.at(-1)!);
    broken = false;
    driver.send({ kind: 'redrive' });
    await driver.drive();
    expect(outline(driver, 7)).toEqual([
      '7 <- 6 ExecutionFailed',
      '8 <- 7 ExecutionRedriven',
      '9 <- 4 MapRunRedriven',
      '10 <- 9 MapRunSucceeded',
      '11 <- 10 MapStateSucceeded',
      '12 <- 9 MapStateExited',
      '13 <- 12 SucceedStateEntered',
      '14 <- 13 SucceedStateExited',
      '15 <- 14 ExecutionSucceeded',
    ]);
    expect(last(driver).output).toBe('[1,2]');
    expect([...driver.children.values()].map(({ execution }) => execution.redriveCount)).toEqual([0, 1]);
  },
);

test('batches hold so many items or bytes, each with the batch input', async () => {
  const ItemBatcher = { MaxItemsPerBatchPath: '$.size', BatchInput: { 'of.$': '$.size' } };
  const driver = await play(machine({ ItemsPath: '$.items', ItemBatcher }), { size: 2, items: [1, 2, 3] });
  expect(last(driver).output).toBe('[{"BatchInput":{"of":2},"Items":[1,2]},{"BatchInput":{"of":2},"Items":[3]}]');

  const bytes = await play(machine({ ItemBatcher: { MaxInputBytesPerBatch: 40 } }), [
    'a'.repeat(12),
    'b'.repeat(12),
    'c',
  ]);
  const sizes = (JSON.parse(last(bytes).output!) as { Items: string[] }[]).map(({ Items }) => Items.length);
  expect(sizes).toEqual([1, 2]);
});

test('JSONata in every field of it', async () => {
  const fields = {
    QueryLanguage: 'JSONata',
    Items: '{% $states.input.items %}',
    ItemSelector: { n: '{% $states.context.Map.Item.Value %}', at: '{% $states.context.Map.Item.Index %}' },
    ItemBatcher: { MaxItemsPerBatch: '{% 1 + 1 %}', BatchInput: { all: '{% $count($states.input.items) %}' } },
    ToleratedFailurePercentage: '{% 50 %}',
    MaxConcurrency: '{% 2 %}',
    Output: '{% $states.result.Items.n %}',
  };
  const driver = await play(machine(fields), { items: ['x', 'y', 'z'] });
  expect(last(driver).output).toBe('["x","y","z"]');
});

test('items are read, counted and cut off; results are written', async () => {
  const asked: Effect[] = [];
  const storage = (effect: Extract<Effect, { kind: 'read-items' | 'write-results' }>): Signal => {
    asked.push(effect);
    const output = effect.kind === 'read-items' ? '[1,2,3]' : '{"Bucket":"b","Key":"k"}';
    return { kind: 'task-succeeded', key: effect.key, output };
  };
  const fields = {
    ItemReader: {
      Resource: 'arn:aws:states:::s3:getObject',
      ReaderConfig: { InputType: 'JSON', MaxItemsPath: '$.most' },
      Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    },
    ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'b', Prefix: 'p' } },
    Label: 'each',
  };
  const driver = await play(machine(fields), { most: 2, key: 'k.json' }, { storage });
  expect(asked[0]).toMatchObject({ parameters: { Bucket: 'b', Key: 'k.json' }, maxItems: 2 });
  expect(driver.children.size).toBe(2);
  expect(JSON.parse(last(driver).output!)).toEqual({
    MapRunArn: expect.stringMatching(/:mapRun:machine\/each:/) as string,
    ResultWriterDetails: { Bucket: 'b', Key: 'k' },
  });
});

test('a child that fails in a branch ends the run in the other one', async () => {
  const map = (name: string, fields: object): object => ({
    StartAt: name,
    States: {
      [name]: {
        Type: 'Map',
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: `${name}Only`,
          States: { [`${name}Only`]: task(name, { End: true }) },
        },
        End: true,
        ...fields,
      },
    },
  });
  const definition = {
    StartAt: 'Both',
    States: { Both: { Type: 'Parallel', Branches: [map('A', {}), map('B', {})], End: true } },
  };
  const answer = replies({ A: [boom], B: ['silence'] });
  const driver = await play(definition, [1], { answer });
  expect(last(driver)).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  const ended = driver.mapRuns.filter(({ status }) => status !== 'RUNNING').map((run) => [run.stateName, run.status]);
  expect(ended).toEqual([
    ['A', 'FAILED'],
    ['B', 'ABORTED'],
  ]);
  expect(outline(driver).map((line) => line.split(' ').at(-1))).toContain('MapStateAborted');
});
