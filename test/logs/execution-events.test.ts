import { describe, expect, it } from 'vitest';
import { readExecutionEvent } from '../../src/lib/logs/execution-events.js';
import { readHistory } from '../../src/lib/history/history-reader.js';
import { ARN, eventMessage, START } from './lines.js';

describe('a line of execution logging', () => {
  it('is the event that GetExecutionHistory would give', () => {
    const message = eventMessage(2, 0, 'TaskStateEntered', 5, {
      name: 'ChargePayment',
      input: '{"orderId":"1001"}',
      inputDetails: { truncated: 'false' },
    });
    expect(readExecutionEvent(message)).toEqual({
      event: {
        id: 2,
        previousEventId: 0,
        type: 'TaskStateEntered',
        timestamp: new Date(START + 5),
        stateEnteredEventDetails: {
          name: 'ChargePayment',
          input: '{"orderId":"1001"}',
          inputDetails: { truncated: false },
        },
      },
      executionArn: ARN,
      redriveCount: 0,
      truncated: false,
    });
  });

  it.each([
    ['ChoiceStateExited', 'stateExitedEventDetails'],
    ['ExecutionFailed', 'executionFailedEventDetails'],
    ['LambdaFunctionScheduled', 'lambdaFunctionScheduledEventDetails'],
    ['MapIterationStarted', 'mapIterationStartedEventDetails'],
    ['EvaluationFailed', 'evaluationFailedEventDetails'],
    ['SomethingOfTomorrow', 'somethingOfTomorrowEventDetails'],
  ])('of type %s keeps its details as %s', (type, member) => {
    expect(Object.keys(readExecutionEvent(eventMessage(1, 0, type, 0, { error: 'E' }))?.event ?? {})).toContain(member);
  });

  it('has numbers where the API has them, and texts elsewhere', () => {
    const read = readExecutionEvent(eventMessage(9, 8, 'MapIterationStarted', 0, { index: '3', name: '12' }));
    expect(read?.event.mapIterationStartedEventDetails).toEqual({ index: 3, name: '12' });
  });

  it.each([
    ['flagged as cut', { input: '{"a":"b', inputDetails: { truncated: 'true' } }],
    ['long and broken', { input: `{"a":"${'b'.repeat(250_000)}` }],
  ])('tells of a payload that is %s', (_, details) => {
    expect(readExecutionEvent(eventMessage(1, 0, 'ExecutionStarted', 0, details))?.truncated).toBe(true);
  });

  it('does not take a long payload for a cut one', () => {
    const input = JSON.stringify({ a: 'b'.repeat(250_000) });
    expect(readExecutionEvent(eventMessage(1, 0, 'ExecutionStarted', 0, { input }))?.truncated).toBe(false);
  });

  it('that is cut in its middle still tells what stands at its ends', () => {
    const whole = eventMessage(7, 6, 'TaskSucceeded', 3, { output: '{"a":1}' });
    const cut = whole.replace('{\\"a\\":1}"', '{\\"a');
    expect(() => JSON.parse(cut) as unknown).toThrow();
    expect(readExecutionEvent(cut)).toEqual({
      event: { id: 7, previousEventId: 6, type: 'TaskSucceeded', timestamp: new Date(START + 3) },
      executionArn: ARN,
      redriveCount: 0,
      truncated: true,
    });
  });

  it.each([
    '',
    'Validation of the log group',
    '[]',
    'null',
    '{"id":"x"}',
    '{"id":"0","type":"A","execution_arn":"b"}',
    '{"id":"1"',
  ])('is not what %j is', (message) => {
    expect(readExecutionEvent(message)).toBeUndefined();
  });

  it('lets the history reader find the root cause as from the API', async () => {
    const events = [
      eventMessage(1, 0, 'ExecutionStarted', 0),
      eventMessage(2, 0, 'TaskStateEntered', 0, { name: 'Charge' }),
      eventMessage(3, 2, 'TaskScheduled', 1, { resource: 'invoke' }),
      eventMessage(4, 3, 'TaskFailed', 2, { error: 'DependencyError', cause: '{"errorMessage":"no answer"}' }),
      eventMessage(5, 4, 'ExecutionFailed', 2, { error: 'DependencyError', cause: '{"errorMessage":"no answer"}' }),
    ].flatMap((message) => readExecutionEvent(message)?.event ?? []);
    const history = await readHistory(events);
    expect(history).toMatchObject({
      status: 'FAILED',
      failure: { kind: 'task', stateName: 'Charge', error: 'DependencyError' },
    });
  });
});
