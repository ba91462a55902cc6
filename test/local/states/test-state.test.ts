import type { TestStateCommandInput } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { servedEnvironment } from './local-fixture.js';

type Request = Omit<TestStateCommandInput, 'definition'> & { definition: object };

async function testing() {
  const { sfn } = await servedEnvironment();
  return async ({ definition, ...request }: Request) => {
    const { $metadata: _, ...answer } = await sfn.testState({ ...request, definition: JSON.stringify(definition) });
    const { inspectionData } = answer;
    return inspectionData === undefined ? answer : { ...answer, inspectionData: definedOf(inspectionData) };
  };
}

const definedOf = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

const INVOKE = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  InputPath: '$.order',
  Parameters: { FunctionName: 'price', 'Payload.$': '$' },
  ResultSelector: { 'total.$': '$.Payload.total' },
  ResultPath: '$.price',
  OutputPath: '$.price',
  Next: 'Charge',
};

describe('TestState', () => {
  test('runs a Pass state and says what follows', async () => {
    const ask = await testing();
    expect(
      await ask({ definition: { Type: 'Pass', Result: { a: 1 }, ResultPath: '$.b', Next: 'Then' }, input: '{"x":1}' }),
    ).toEqual({ status: 'SUCCEEDED', output: '{"x":1,"b":{"a":1}}', nextState: 'Then' });
    expect(await ask({ definition: { Type: 'Succeed' }, input: '7' })).toEqual({ status: 'SUCCEEDED', output: '7' });
  });

  test('a Choice tells its way, a Wait does not wait, a Fail fails', async () => {
    const ask = await testing();
    const Choices = [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'Many' }];
    const choice = { Type: 'Choice', Choices, Default: 'Few' };
    expect(await ask({ definition: choice, input: '{"n":6}' })).toMatchObject({ nextState: 'Many' });
    expect(await ask({ definition: choice, input: '{"n":5}' })).toMatchObject({ nextState: 'Few' });
    expect(await ask({ definition: { Type: 'Choice', Choices }, input: '{"n":5}' })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
    expect(await ask({ definition: { Type: 'Wait', Seconds: 86_400, End: true } })).toMatchObject({
      status: 'SUCCEEDED',
    });
    expect(await ask({ definition: { Type: 'Fail', Error: 'Broken', Cause: 'because' } })).toEqual({
      status: 'FAILED',
      error: 'Broken',
      cause: 'because',
    });
  });

  test('DEBUG shows the data between the steps of a mocked task', async () => {
    const ask = await testing();
    const answer = await ask({
      definition: INVOKE,
      input: '{"order":{"id":"o1"}}',
      inspectionLevel: 'DEBUG',
      mock: { result: '{"Payload":{"total":12},"StatusCode":200}' },
    });
    expect(answer).toEqual({
      status: 'SUCCEEDED',
      output: '{"total":12}',
      nextState: 'Charge',
      inspectionData: {
        input: '{"order":{"id":"o1"}}',
        afterInputPath: '{"id":"o1"}',
        afterParameters: '{"FunctionName":"price","Payload":{"id":"o1"}}',
        result: '{"Payload":{"total":12},"StatusCode":200}',
        afterResultSelector: '{"total":12}',
        afterResultPath: '{"order":{"id":"o1"},"price":{"total":12}}',
      },
    });
  });

  test('JSONata: arguments, output, variables and a context', async () => {
    const ask = await testing();
    const answer = await ask({
      definition: {
        Type: 'Task',
        QueryLanguage: 'JSONata',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'price', Payload: '{% $states.input.n + $offset %}' },
        Assign: { sum: '{% $states.result.Payload %}' },
        Output: { value: '{% $states.result.Payload %}', run: '{% $states.context.Execution.Name %}' },
        End: true,
      },
      input: '{"n":1}',
      variables: '{"offset":10}',
      context: '{"Execution":{"Name":"mine"}}',
      inspectionLevel: 'DEBUG',
      mock: { result: '{"Payload":11}' },
    });
    expect(answer).toEqual({
      status: 'SUCCEEDED',
      output: '{"value":11,"run":"mine"}',
      inspectionData: {
        input: '{"n":1}',
        afterArguments: '{"FunctionName":"price","Payload":11}',
        result: '{"Payload":11}',
        variables: '{"offset":10,"sum":11}',
      },
    });
  });

  test('an error is retriable, then caught, then fails', async () => {
    const ask = await testing();
    const definition = {
      ...INVOKE,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ['Busy'], ResultPath: '$.error', Next: 'Undo' }],
    };
    const request = {
      definition,
      input: '{"order":{}}',
      inspectionLevel: 'DEBUG' as const,
      mock: { errorOutput: { error: 'Busy', cause: 'later' } },
    };
    expect(await ask({ ...request, stateConfiguration: { retrierRetryCount: 1 } })).toMatchObject({
      status: 'RETRIABLE',
      error: 'Busy',
      cause: 'later',
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 4 } },
    });
    expect(await ask({ ...request, stateConfiguration: { retrierRetryCount: 2 } })).toMatchObject({
      status: 'CAUGHT_ERROR',
      nextState: 'Undo',
      output: '{"order":{},"error":{"Error":"Busy","Cause":"later"}}',
      inspectionData: { errorDetails: { catchIndex: 0 } },
    });
    expect(await ask({ ...request, mock: { errorOutput: { error: 'Other' } } })).toMatchObject({
      status: 'FAILED',
      error: 'Other',
    });
  });

  test('a state inside a machine, with a mocked Map', async () => {
    const ask = await testing();
    const inner = { StartAt: 'One', States: { One: { Type: 'Pass', Result: 5, End: true } } };
    const definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.lines',
          ItemSelector: { 'sku.$': '$$.Map.Item.Value' },
          MaxConcurrency: 2,
          ItemProcessor: inner,
          Next: 'Sum',
        },
        Sum: { Type: 'Succeed' },
      },
    };
    expect(await ask({ definition, stateName: 'One' })).toEqual({ status: 'SUCCEEDED', output: '5' });
    expect(
      await ask({
        definition,
        stateName: 'Each',
        input: '{"lines":["a","b"]}',
        mock: { result: '[1,2]' },
        inspectionLevel: 'DEBUG',
      }),
    ).toEqual({
      status: 'SUCCEEDED',
      output: '[1,2]',
      nextState: 'Sum',
      inspectionData: {
        input: '{"lines":["a","b"]}',
        afterInputPath: '{"lines":["a","b"]}',
        afterParameters: '{"lines":["a","b"]}',
        afterItemsPath: '["a","b"]',
        afterItemSelector: '[{"sku":"a"},{"sku":"b"}]',
        maxConcurrency: 2,
        result: '[1,2]',
        afterResultSelector: '[1,2]',
        afterResultPath: '[1,2]',
      },
    });
  });

  test('without a mock the service is called', async () => {
    const ask = await testing();
    const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:nobody';
    expect(await ask({ definition: { Type: 'Task', Resource, End: true } })).toMatchObject({
      status: 'FAILED',
      error: 'Lambda.ResourceNotFoundException',
    });
  });

  test.each<[string, Request, string]>([
    [
      'a mock for a Pass state',
      { definition: { Type: 'Pass', End: true }, mock: { result: '1' } },
      'ValidationException',
    ],
    [
      'a Map without a mock',
      { definition: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Succeed' } } }, End: true } },
      'ValidationException',
    ],
    [
      'a mock of the wrong shape',
      { definition: INVOKE, mock: { result: '{"StatusCode":"ok"}' } },
      'ValidationException',
    ],
    [
      'a mock with result and error',
      { definition: INVOKE, mock: { result: '{}', errorOutput: { error: 'x' } } },
      'ValidationException',
    ],
    ['a context without a mock', { definition: { Type: 'Pass', End: true }, context: '{}' }, 'ValidationException'],
    [
      'a state that is not there',
      { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } }, stateName: 'B' },
      'ValidationException',
    ],
    ['a broken state', { definition: { Type: 'Pass' } }, 'InvalidDefinition'],
    ['a broken input', { definition: { Type: 'Succeed' }, input: '{' }, 'InvalidExecutionInput'],
  ])('refuses %s', async (_, request, name) => {
    const ask = await testing();
    await expect(ask(request)).rejects.toMatchObject({ name });
  });
});
