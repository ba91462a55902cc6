import { describe, expect, it } from 'vitest';
import { isFunctionCall, statesOf } from './rules/machine.js';
import { readWorkflow, renderMachine, TEMPLATE } from './rules/subject.js';

/* How the definition is made. What must hold of it and the functions together: rules/static-rules.test.ts. */

const WORKFLOW = readWorkflow();
const STANDARD = renderMachine(WORKFLOW, 'STANDARD');
const ALL = statesOf(STANDARD);
const TASKS = ALL.filter(([, state]) => state.Type === 'Task');
const LAMBDA_TASKS = TASKS.filter(([, state]) => isFunctionCall(state));

describe('the definition', () => {
  it('has the states of the workflow', () => {
    expect(ALL.map(([name]) => name)).toEqual([
      'ValidateOrder',
      'ProcessLineItems',
      'ProcessItem',
      'AggregateResults',
      'CheckInventoryAndCharge',
      'CheckInventory',
      'InventoryRefused',
      'ChargePayment',
      'HandleDeclinedPayment',
      'PaymentDeclined',
      'PaymentRefused',
      'EvaluateChecks',
      'BlameInventory',
      'BlamePayment',
      'CapturePayment',
      'FulfillOrder',
      'SendConfirmation',
      'QueueConfirmation',
      'OrderComplete',
      'CompensatingTransaction',
      'OrderFailed',
    ]);
  });

  it('calls every function of workflow.json through its alias, and no other', () => {
    const called = new Set(LAMBDA_TASKS.map(([, state]) => String(state.Parameters?.['FunctionName'])));
    expect([...called].map((arn) => arn.split(':').slice(-2).join(':')).sort()).toEqual(
      Object.keys(WORKFLOW.functions)
        .map((name) => `${name}:live`)
        .sort(),
    );
    expect(TEMPLATE).not.toMatch(/\$LATEST|"arn:aws:/);
  });

  it.each(LAMBDA_TASKS)('%s takes the result out of its envelope', (_, state) => {
    const selected = Object.values(state.ResultSelector ?? {});
    expect(selected).not.toEqual([]);
    for (const path of selected) expect(path).toMatch(/^\$\.Payload\./);
  });

  it.each(LAMBDA_TASKS)('%s says where the call comes from', (name, state) => {
    const payload = state.Parameters?.['Payload'] as Record<string, unknown>;
    expect(payload['run']).toEqual({
      'arn.$': '$$.Execution.Id',
      'state.$': '$$.State.Name',
      'retry.$': '$$.State.RetryCount',
      'redrive.$': '$$.Execution.RedriveCount',
    });
    if (name !== 'ValidateOrder') expect(payload).toMatchObject({ 'orderId.$': '$.orderId', 'attempt.$': '$.attempt' });
  });

  it.each(TASKS)('%s has a timeout, retries and no heartbeat', (_, state) => {
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    expect(state.HeartbeatSeconds).toBeUndefined();
    expect(state.Retry).not.toBeUndefined();
  });

  it.each(LAMBDA_TASKS)('%s retries what passes, and never a business refusal', (name, state) => {
    const retried = (state.Retry ?? []).map((retrier) => [...retrier.ErrorEquals, retrier.MaxAttempts]);
    expect(retried).toEqual([
      [
        'Lambda.ClientExecutionTimeoutException',
        'Lambda.ServiceException',
        'Lambda.AWSLambdaException',
        'Lambda.SdkClientException',
        6,
      ],
      ['Lambda.TooManyRequestsException', 8],
      ['TransientDependencyError', name === 'CompensatingTransaction' ? 10 : 5],
      ['States.Timeout', 'Sandbox.Timedout', 'Lambda.Unknown', 2],
    ]);
  });

  it('lets these fields of an order travel, and no others', () => {
    expect(Object.keys(STANDARD.States['ValidateOrder']?.ResultSelector ?? {})).toEqual([
      'orderId.$',
      'attempt.$',
      'currency.$',
      'paymentMethod.$',
      'lines.$',
    ]);
  });

  it('ends a failed order with the business reason', () => {
    expect(STANDARD.States['OrderFailed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' });
    expect(STANDARD.States['CompensatingTransaction']?.ResultSelector).toMatchObject({
      'Error.$': '$.Payload.reason.error',
      'Cause.$': '$.Payload.reason.cause',
    });
  });
});

it('an Express task is retried at most twice, a second apart', () => {
  for (const [, state] of statesOf(renderMachine(WORKFLOW, 'EXPRESS'))) {
    const retriers = state.Retry ?? [];
    expect(retriers.reduce((sum, retrier) => sum + (retrier.MaxAttempts ?? 3), 0)).toBeLessThanOrEqual(2);
    for (const { IntervalSeconds, BackoffRate } of retriers) expect([IntervalSeconds, BackoffRate]).toEqual([1, 1]);
  }
});
