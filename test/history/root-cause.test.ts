import { describe, expect, it } from 'vitest';
import { readHistory } from '../../src/lib/history/history-reader.js';
import type { RootCause } from '../../src/lib/history/root-cause.js';
import { events } from './events.js';

async function failure(text: string): Promise<RootCause | undefined> {
  return (await readHistory(events(text))).failure;
}

const START = '1 <- 0 ExecutionStarted\n2 <- 0 TaskStateEntered Check\n3 <- 2 TaskScheduled\n4 <- 3 TaskStarted\n';

const CASES: readonly (readonly [string, string, Partial<RootCause> | undefined])[] = [
  ['success', `${START}5 <- 4 TaskSucceeded\n6 <- 5 TaskStateExited Check\n7 <- 6 ExecutionSucceeded`, undefined],
  [
    'a task that fails, nobody catches',
    `${START}5 <- 4 TaskFailed error=Boom cause=it_broke\n6 <- 5 ExecutionFailed error=Boom cause=it_broke`,
    {
      kind: 'task',
      stateName: 'Check',
      path: [],
      error: 'Boom',
      cause: { message: 'it broke' },
      class: 'bug',
      attempts: 1,
      eventId: 5,
    },
  ],
  [
    'a retry that was survived is no failure, the next state is',
    `${START}5 <- 4 TaskFailed error=Lambda.ServiceException
     6 <- 5 TaskScheduled
     7 <- 6 TaskStarted
     8 <- 7 TaskSucceeded
     9 <- 8 TaskStateExited Check
     10 <- 9 TaskStateEntered Pay
     11 <- 10 TaskScheduled
     12 <- 11 TaskStarted
     13 <- 12 TaskTimedOut error=States.Timeout
     14 <- 13 ExecutionFailed error=States.Timeout`,
    { kind: 'task', stateName: 'Pay', error: 'States.Timeout', class: 'infrastructure', attempts: 1 },
  ],
  [
    'retries used up',
    `${START}5 <- 4 TaskFailed error=TransientDependencyError
     6 <- 5 TaskScheduled
     7 <- 6 TaskStarted
     8 <- 7 TaskFailed error=TransientDependencyError
     9 <- 8 ExecutionFailed error=TransientDependencyError`,
    { kind: 'task', stateName: 'Check', class: 'infrastructure', attempts: 2, eventId: 8 },
  ],
  [
    'a caught error that ends in a Fail state: the state that threw, and the Fail state beside it',
    `${START}5 <- 4 TaskFailed error=OutOfStockError cause=none_left
     6 <- 5 TaskStateExited Check
     7 <- 6 FailStateEntered OrderFailed
     8 <- 7 ExecutionFailed error=OutOfStockError cause=none_left`,
    {
      kind: 'fail-state',
      stateName: 'Check',
      error: 'OutOfStockError',
      class: 'business',
      failState: 'OrderFailed',
      eventId: 5,
    },
  ],
  [
    'a handler between the error and the Fail state, which gives another error',
    `${START}5 <- 4 TaskFailed error=OutOfStockError
     6 <- 5 TaskStateExited Check
     7 <- 6 TaskStateEntered Compensate
     8 <- 7 TaskScheduled
     9 <- 8 TaskStarted
     10 <- 9 TaskSucceeded
     11 <- 10 TaskStateExited Compensate
     12 <- 11 FailStateEntered OrderFailed
     13 <- 12 ExecutionFailed error=OrderRejected`,
    { kind: 'fail-state', stateName: 'Check', error: 'OutOfStockError', failState: 'OrderFailed' },
  ],
  [
    'a Fail state that a Choice decided on: no error led there',
    `${START}5 <- 4 TaskFailed error=Sms.Lost
     6 <- 5 TaskStateExited Check
     7 <- 6 ChoiceStateEntered Decide
     8 <- 7 ChoiceStateExited Decide
     9 <- 8 FailStateEntered TooOld
     10 <- 9 ExecutionFailed error=TooOld cause=it_is_too_old`,
    { kind: 'fail-state', stateName: 'TooOld', error: 'TooOld', failState: 'TooOld', class: 'business' },
  ],
  [
    'the handler of a caught error fails itself: it is the failing state, the caught error stands beside it',
    `${START}5 <- 4 TaskFailed error=OutOfStockError cause=none_left
     6 <- 5 TaskStateExited Check
     7 <- 6 TaskStateEntered Compensate
     8 <- 7 TaskScheduled
     9 <- 8 TaskStarted
     10 <- 9 TaskFailed error=Lambda.ServiceException
     11 <- 10 ExecutionFailed error=Lambda.ServiceException`,
    {
      kind: 'task',
      stateName: 'Compensate',
      error: 'Lambda.ServiceException',
      class: 'infrastructure',
      caughtBefore: { stateName: 'Check', error: 'OutOfStockError', message: 'none left' },
    },
  ],
  [
    'a branch of a Parallel while another one is open [recorded redrive 02]',
    `1 <- 0 ExecutionStarted
     2 <- 0 ParallelStateEntered Both
     3 <- 2 ParallelStateStarted
     4 <- 3 TaskStateEntered Reserve
     5 <- 4 TaskScheduled
     6 <- 3 TaskStateEntered Charge
     7 <- 6 TaskScheduled
     8 <- 5 TaskStarted
     9 <- 7 TaskStarted
     10 <- 8 TaskFailed error=TypeError cause=x_is_undefined
     11 <- 10 TaskStateAborted
     12 <- 10 TaskStateAborted
     13 <- 10 ParallelStateFailed
     14 <- 13 ExecutionFailed error=TypeError cause=x_is_undefined`,
    {
      kind: 'task',
      stateName: 'Reserve',
      path: [{ kind: 'branch', stateName: 'Both', index: 0 }],
      error: 'TypeError',
      class: 'bug',
    },
  ],
  [
    'an item of a Map, and its number',
    `1 <- 0 ExecutionStarted
     2 <- 0 MapStateEntered Lines
     3 <- 2 MapStateStarted length=3
     4 <- 3 MapIterationStarted Lines index=0
     5 <- 4 PassStateEntered Look
     6 <- 5 PassStateExited Look
     7 <- 6 MapIterationSucceeded Lines index=0
     8 <- 6 MapIterationStarted Lines index=1
     9 <- 8 FailStateEntered Broken
     10 <- 9 MapIterationFailed Lines index=1
     11 <- 9 MapStateFailed
     12 <- 11 ExecutionFailed error=SomeFailure`,
    {
      kind: 'fail-state',
      stateName: 'Broken',
      path: [{ kind: 'item', stateName: 'Lines', index: 1 }],
      failState: 'Broken',
    },
  ],
  [
    'an item of a Map whose error the Map catches',
    `1 <- 0 ExecutionStarted
     2 <- 0 MapStateEntered Lines
     3 <- 2 MapStateStarted length=1
     4 <- 3 MapIterationStarted Lines index=0
     5 <- 4 TaskStateEntered Price
     6 <- 5 TaskScheduled
     7 <- 6 TaskFailed error=LineItemRejectedError cause=unknown
     8 <- 7 MapIterationFailed Lines index=0
     9 <- 7 MapStateFailed
     10 <- 9 MapStateExited Lines
     11 <- 10 FailStateEntered OrderFailed
     12 <- 11 ExecutionFailed error=LineItemRejectedError cause=unknown`,
    {
      kind: 'fail-state',
      stateName: 'Price',
      path: [{ kind: 'item', stateName: 'Lines', index: 0 }],
      failState: 'OrderFailed',
      class: 'business',
      cause: { message: 'unknown' },
    },
  ],
  [
    'a Parallel inside a Map inside a Parallel',
    `1 <- 0 ExecutionStarted
     2 <- 0 ParallelStateEntered Outer
     3 <- 2 ParallelStateStarted
     4 <- 3 MapStateEntered Lines
     5 <- 4 MapStateStarted length=1
     6 <- 5 MapIterationStarted Lines index=0
     7 <- 6 ParallelStateEntered Inner
     8 <- 7 ParallelStateStarted
     9 <- 8 PassStateEntered Quiet
     10 <- 8 TaskStateEntered Loud
     11 <- 10 TaskScheduled
     12 <- 9 PassStateExited Quiet
     13 <- 11 TaskFailed error=Boom
     14 <- 13 TaskStateAborted
     15 <- 13 ParallelStateFailed
     16 <- 15 MapIterationFailed Lines index=0
     17 <- 15 MapStateFailed
     18 <- 17 ParallelStateFailed
     19 <- 18 ExecutionFailed error=Boom`,
    {
      stateName: 'Loud',
      path: [
        { kind: 'branch', stateName: 'Outer', index: 0 },
        { kind: 'item', stateName: 'Lines', index: 0 },
        { kind: 'branch', stateName: 'Inner', index: 1 },
      ],
    },
  ],
  [
    'a Parallel whose retry succeeds, then another state fails',
    `1 <- 0 ExecutionStarted
     2 <- 0 ParallelStateEntered Both
     3 <- 2 ParallelStateStarted
     4 <- 3 TaskStateEntered Reserve
     5 <- 4 TaskScheduled
     6 <- 5 TaskFailed error=Boom
     7 <- 6 TaskStateAborted
     8 <- 6 ParallelStateStarted
     9 <- 8 TaskStateEntered Reserve
     10 <- 9 TaskScheduled
     11 <- 10 TaskSucceeded
     12 <- 11 TaskStateExited Reserve
     13 <- 12 ParallelStateSucceeded
     14 <- 12 ParallelStateExited Both
     15 <- 14 TaskStateEntered Pay
     16 <- 15 TaskScheduled
     17 <- 16 TaskFailed error=Late
     18 <- 17 ExecutionFailed error=Late`,
    { stateName: 'Pay', path: [], error: 'Late' },
  ],
  [
    'a path that finds nothing: the place stands in the text',
    `${START}5 <- 4 TaskSucceeded
     6 <- 5 ExecutionFailed error=States.Runtime cause=An_error_occurred_while_executing_the_state_'Check'_(entered_at_the_event_id_#2)._Invalid_path`,
    { kind: 'state', stateName: 'Check', error: 'States.Runtime', class: 'bug' },
  ],
  [
    'a function that could not be called',
    `1 <- 0 ExecutionStarted\n2 <- 0 TaskStateEntered Check\n3 <- 2 LambdaFunctionScheduled\n4 <- 3 LambdaFunctionScheduleFailed error=AccessDenied\n5 <- 4 ExecutionFailed error=AccessDenied`,
    { kind: 'task', stateName: 'Check', class: 'infrastructure' },
  ],
  [
    'a JSONata expression',
    `1 <- 0 ExecutionStarted\n2 <- 0 PassStateEntered Shape\n3 <- 2 EvaluationFailed error=States.QueryEvaluationError\n4 <- 3 ExecutionFailed error=States.QueryEvaluationError`,
    { kind: 'state', stateName: 'Shape', class: 'bug' },
  ],
  [
    'stopped by somebody',
    `${START}5 <- 0 ExecutionAborted error=Operator cause=customer_called`,
    {
      kind: 'aborted',
      stateName: 'Check',
      error: 'Operator',
      cause: { message: 'customer called' },
      openStates: ['Check'],
    },
  ],
  [
    'out of time as a whole',
    `1 <- 0 ExecutionStarted\n2 <- 0 WaitStateEntered Patience\n3 <- 0 ExecutionTimedOut`,
    { kind: 'timed-out', stateName: 'Patience', openStates: ['Patience'], class: 'infrastructure' },
  ],
  [
    'redriven and failed again, elsewhere',
    `${START}5 <- 4 TaskFailed error=Boom
     6 <- 5 ExecutionFailed error=Boom
     7 <- 6 ExecutionRedriven
     8 <- 2 TaskScheduled
     9 <- 8 TaskSucceeded
     10 <- 9 TaskStateExited Check
     11 <- 10 TaskStateEntered Pay
     12 <- 11 TaskScheduled
     13 <- 12 TaskFailed error=Late
     14 <- 13 ExecutionFailed error=Late`,
    { stateName: 'Pay', error: 'Late', attempts: 1 },
  ],
  [
    'a Fail state redriven: no second entry, the same error [recorded redrive 08]',
    `1 <- 0 ExecutionStarted
     2 <- 0 FailStateEntered Explicit
     3 <- 2 ExecutionFailed error=E
     4 <- 3 ExecutionRedriven
     5 <- 4 ExecutionFailed error=E`,
    { kind: 'fail-state', stateName: 'Explicit', failState: 'Explicit' },
  ],
  [
    'too many child executions failed',
    `1 <- 0 ExecutionStarted
     2 <- 0 MapStateEntered Bulk
     3 <- 2 MapStateStarted length=9
     4 <- 3 MapRunStarted mapRunArn=arn
     5 <- 4 MapRunFailed error=States.ExceedToleratedFailureThreshold
     6 <- 5 MapStateFailed
     7 <- 6 ExecutionFailed error=States.ExceedToleratedFailureThreshold`,
    { kind: 'map-run', stateName: 'Bulk', error: 'States.ExceedToleratedFailureThreshold', mapRunArn: 'arn' },
  ],
  [
    'too many child executions failed, and the workflow caught it',
    `1 <- 0 ExecutionStarted
     2 <- 0 MapStateEntered Bulk
     3 <- 2 MapStateStarted length=9
     4 <- 3 MapRunStarted mapRunArn=arn
     5 <- 4 MapRunFailed error=States.ExceedToleratedFailureThreshold
     6 <- 5 MapStateFailed
     7 <- 6 MapStateExited Bulk
     8 <- 7 FailStateEntered Sorry
     9 <- 8 ExecutionFailed error=States.ExceedToleratedFailureThreshold`,
    { kind: 'fail-state', stateName: 'Bulk', failState: 'Sorry', mapRunArn: 'arn' },
  ],
  [
    'a Fail state that repeats a caught error with its text: a redrive would end there again',
    `${START}5 <- 4 TaskSucceeded
     6 <- 5 EvaluationFailed error=States.QueryEvaluationError cause=An_error_occurred_while_executing_the_state_'Check'_(entered_at_the_event_id_#2)._No
     7 <- 6 TaskStateExited Check
     8 <- 7 FailStateEntered OrderFailed
     9 <- 8 ExecutionFailed error=States.QueryEvaluationError cause=An_error_occurred_while_executing_the_state_'Check'_(entered_at_the_event_id_#2)._No`,
    { kind: 'fail-state', stateName: 'Check', error: 'States.QueryEvaluationError', failState: 'OrderFailed' },
  ],
  [
    'a function called by its ARN that ran out of time, after a retry',
    `1 <- 0 ExecutionStarted
     2 <- 0 TaskStateEntered Check
     3 <- 2 LambdaFunctionScheduled
     4 <- 3 LambdaFunctionStarted
     5 <- 4 LambdaFunctionFailed error=Lambda.Unknown
     6 <- 5 LambdaFunctionScheduled
     7 <- 6 LambdaFunctionStarted
     8 <- 7 LambdaFunctionTimedOut
     9 <- 8 ExecutionFailed error=States.Timeout`,
    { kind: 'task', stateName: 'Check', error: 'States.Timeout', class: 'infrastructure', attempts: 2, eventId: 8 },
  ],
  [
    'a task that could not be submitted',
    `1 <- 0 ExecutionStarted\n2 <- 0 TaskStateEntered Queue\n3 <- 2 TaskScheduled\n4 <- 3 TaskStarted\n5 <- 4 TaskSubmitFailed error=Sqs.QueueDoesNotExistException\n6 <- 5 ExecutionFailed error=Sqs.QueueDoesNotExistException`,
    { kind: 'task', stateName: 'Queue', eventId: 5 },
  ],
  [
    'an expression of a Task: nothing was called',
    `${START}5 <- 4 TaskSucceeded\n6 <- 5 EvaluationFailed error=States.QueryEvaluationError\n7 <- 6 ExecutionFailed error=States.QueryEvaluationError`,
    { kind: 'state', stateName: 'Check', class: 'bug' },
  ],
  [
    'stopped while two branches were open',
    `1 <- 0 ExecutionStarted
     2 <- 0 ParallelStateEntered Both
     3 <- 2 ParallelStateStarted
     4 <- 3 TaskStateEntered Reserve
     5 <- 4 TaskScheduled
     6 <- 3 WaitStateEntered Cool
     7 <- 0 ExecutionAborted`,
    { kind: 'aborted', openStates: ['Reserve', 'Cool'] },
  ],
  [
    'a history whose beginning was lost',
    `7 <- 6 TaskScheduled\n8 <- 7 TaskFailed error=Boom\n9 <- 8 ExecutionFailed error=Boom cause=why`,
    { kind: 'state', error: 'Boom', cause: { message: 'why' } },
  ],
];

describe('root cause', () => {
  it.each(CASES)('%s', async (_title, text, expected) => {
    const found = await failure(text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it('is decoded where a function wrote it', async () => {
    const lambda = JSON.stringify({
      errorType: 'Boom',
      errorMessage: 'no such row',
      trace: ['Boom: no such row', '    at handler'],
    });
    const list = [...events(`${START}5 <- 4 TaskFailed`), ...events('6 <- 5 ExecutionFailed')].map((event) =>
      (event.id ?? 0) > 4
        ? {
            ...event,
            failedEventDetails: { error: 'Boom', cause: lambda },
            taskFailedEventDetails: undefined,
            executionFailedEventDetails: undefined,
          }
        : event,
    );
    expect((await readHistory(list)).failure?.cause).toEqual({
      message: 'no such row',
      errorType: 'Boom',
      trace: ['Boom: no such row', '    at handler'],
    });
  });

  it('belongs to the run in which it happened', async () => {
    const { runs } = await readHistory(
      events(
        `${START}5 <- 4 TaskFailed error=Boom
         6 <- 5 ExecutionFailed error=Boom
         7 <- 6 ExecutionRedriven @100000
         8 <- 2 TaskScheduled @100000
         9 <- 8 TaskFailed error=Bang @101000
         10 <- 9 ExecutionFailed error=Bang @102000
         11 <- 10 ExecutionRedriven @200000`,
      ),
    );
    expect(runs).toMatchObject([
      {
        start: 1_000,
        end: 6_000,
        status: 'FAILED',
        failure: { stateName: 'Check', error: 'Boom' },
      },
      {
        start: 100_000,
        end: 102_000,
        status: 'FAILED',
        failure: { error: 'Bang', attempts: 1 },
      },
      { start: 200_000 },
    ]);
    expect(runs[2]).toEqual({ start: 200_000 });
  });

  it('says how many events were not there', async () => {
    const all = events(`${START}5 <- 4 TaskFailed error=Boom\n6 <- 5 ExecutionFailed error=Boom`);
    expect(await readHistory(all)).not.toHaveProperty('missingEvents');
    expect(await readHistory(all.filter(({ id }) => id !== 3 && id !== 4))).toMatchObject({ missingEvents: 2 });
  });

  it('survives whatever is missing', async () => {
    for (const [, text] of CASES) {
      const all = events(text);
      for (let gone = 0; gone < all.length; gone += 1) {
        const rest = all.filter((_event, index) => index !== gone);
        await expect(readHistory(rest)).resolves.toBeDefined();
      }
      await expect(readHistory(all.map(({ type }) => (type === undefined ? {} : { type })))).resolves.toBeDefined();
    }
  });
});
