import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../src/lib/definition/template.js';
import {
  BUG_ERROR_NAMES,
  BUSINESS_ERROR_NAMES,
  RETRYABLE_ERROR_NAMES,
} from '../../workflows/order-processing/domain/errors.js';
import { orderTimeout, worstPath, type Definition, type State } from './worst-path.js';

const FOLDER = join(import.meta.dirname, '../../workflows/order-processing');
const TEMPLATE = readFileSync(join(FOLDER, 'order-processing.asl.json'), 'utf8');
const WORKFLOW = JSON.parse(readFileSync(join(FOLDER, 'workflow.json'), 'utf8')) as {
  alias: string;
  functions: Record<string, { timeoutSeconds: number; expressTimeoutSeconds: number }>;
  types: Record<'STANDARD' | 'EXPRESS', Record<string, number>>;
};
const TYPES = ['STANDARD', 'EXPRESS'] as const;

/** The Lambda service's own errors, and those of a function's time. */
const NOT_OURS = /^(States\.|Lambda\.|Sandbox\.)/;
/** Refusals that must be seen by a person. */
const CAUGHT_NOWHERE = ['CompensationRefusedError'];

function pascalCase(name: string): string {
  return name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
}

function definition(type: (typeof TYPES)[number]): Definition {
  const functionArns = Object.keys(WORKFLOW.functions).map((name) => [
    `${pascalCase(name)}FunctionArn`,
    `arn:aws:lambda:us-east-1:000000000000:function:${name}:${WORKFLOW.alias}`,
  ]);
  const rendered = renderTemplate(TEMPLATE, {
    ...WORKFLOW.types[type],
    ...(Object.fromEntries(functionArns) as Record<string, string>),
    Partition: 'aws',
    ConfirmationQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/retries',
  });
  return JSON.parse(rendered) as Definition;
}

/** All states, those inside Map and Parallel too. */
function statesOf(scope: Pick<Definition, 'States'>): [string, State][] {
  return Object.entries(scope.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
    ...(state.Branches ?? []).flatMap((branch) => statesOf(branch)),
  ]);
}

const STANDARD = definition('STANDARD');
const ALL = statesOf(STANDARD);
const TASKS = ALL.filter(([, state]) => state.Type === 'Task');
const LAMBDA_TASKS = TASKS.filter(([, state]) => state.Resource === 'arn:aws:states:::lambda:invoke');

/** Errors that the code of functions, steps and domain throws, by name. */
function thrownErrors(): Set<string> {
  const found = new Set<string>();
  for (const folder of ['domain', 'steps', 'adapters', 'functions']) {
    for (const file of readdirSync(join(FOLDER, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || (file.endsWith('errors.ts') && folder === 'domain')) continue;
      const source = readFileSync(join(FOLDER, folder, file), 'utf8');
      for (const match of source.matchAll(/new (\w+Error)\(/g)) found.add(match[1] ?? '');
    }
  }
  return found;
}

/** A declined payment is never captured, so no order takes both of these ways through the machine. */
function accepted(machine: Definition): Definition {
  const copy = structuredClone(machine) as unknown as Editable;
  const charge = copy.States['CheckInventoryAndCharge']?.Branches?.[1]?.States['ChargePayment'];
  if (charge !== undefined) charge.Catch = [];
  return copy as unknown as Definition;
}

function declined(machine: Definition): Definition {
  const copy = structuredClone(machine) as unknown as Editable;
  copy.States['EvaluateChecks'] = { Type: 'Choice', Default: 'BlamePayment' };
  return copy as unknown as Definition;
}

interface EditableState {
  Type: string;
  Default?: string;
  Catch?: object[];
  Branches?: Editable[];
}

interface Editable {
  StartAt: string;
  States: Record<string, EditableState>;
}

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

  it('catches everything only where a message must not hold up an order', () => {
    const catchAll = ALL.filter(([, state]) =>
      (state.Catch ?? []).some(({ ErrorEquals }) => ErrorEquals.includes('States.ALL')),
    );
    expect(catchAll.map(([name]) => name)).toEqual(['HandleDeclinedPayment', 'SendConfirmation']);
  });

  it('knows only errors that a function throws, and catches every refusal', () => {
    const matched = ALL.flatMap(([, state]) => [...(state.Retry ?? []), ...(state.Catch ?? [])]).flatMap(
      (rule) => rule.ErrorEquals,
    );
    const ours = new Set(matched.filter((name) => !NOT_OURS.test(name)));
    const thrown = thrownErrors();
    expect([...ours].filter((name) => !thrown.has(name))).toEqual([]);
    expect(BUSINESS_ERROR_NAMES.filter((name) => !ours.has(name))).toEqual(CAUGHT_NOWHERE);
    expect(RETRYABLE_ERROR_NAMES.filter((name) => !ours.has(name))).toEqual([]);
    expect(BUG_ERROR_NAMES.filter((name) => ours.has(name))).toEqual([]);
    const all = [...BUSINESS_ERROR_NAMES, ...RETRYABLE_ERROR_NAMES, ...BUG_ERROR_NAMES];
    expect(all.filter((name) => !thrown.has(name))).toEqual([]);
  });

  it('leaves no error of ours to itself: it is caught, or the page for on-call says that its execution is redriven', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/workflow.md'), 'utf8');
    const redrivable = /Whatever is not in this table fails [^]*?\n\n/.exec(page)?.[0] ?? '';
    const caught = new Set(ALL.flatMap(([, state]) => state.Catch ?? []).flatMap((rule) => rule.ErrorEquals));
    for (const name of [...BUSINESS_ERROR_NAMES, ...RETRYABLE_ERROR_NAMES, ...BUG_ERROR_NAMES]) {
      expect({ name, caught: caught.has(name), written: redrivable.includes(name) }).toEqual({
        name,
        caught: caught.has(name),
        written: !caught.has(name),
      });
    }
  });

  it('lets the customer document go no further than ValidateOrder', () => {
    const [, validate] = ALL[0] ?? [];
    // The result replaces the input, and so does the error.
    expect(validate?.ResultPath).toBeUndefined();
    expect(validate?.Catch?.map((rule) => rule.ResultPath)).toEqual([undefined]);
    expect(Object.keys(validate?.ResultSelector ?? {})).toEqual([
      'orderId.$',
      'attempt.$',
      'currency.$',
      'paymentMethod.$',
      'lines.$',
    ]);
    const { ValidateOrder: _, ...rest } = STANDARD.States;
    expect(JSON.stringify(rest)).not.toMatch(/Execution\.Input|address|userId|"\$\$"/i);
  });

  it('ends a failed order with the business reason', () => {
    expect(STANDARD.States['OrderFailed']).toMatchObject({ Type: 'Fail', ErrorPath: '$.Error', CausePath: '$.Cause' });
    expect(STANDARD.States['CompensatingTransaction']?.ResultSelector).toMatchObject({
      'Error.$': '$.Payload.reason.error',
      'Cause.$': '$.Payload.reason.cause',
    });
  });
});

describe.each(TYPES)('the time limits of type %s', (type) => {
  const machine = definition(type);
  const functionSeconds = (state: State): number | undefined => {
    const name = String(state.Parameters?.['FunctionName']).split(':').at(-2) ?? '';
    const settings = WORKFLOW.functions[name];
    return type === 'EXPRESS' ? settings?.expressTimeoutSeconds : settings?.timeoutSeconds;
  };

  it.each(statesOf(machine).filter(([, state]) => state.Resource?.endsWith('lambda:invoke')))(
    'let the function of %s end before its task gives up on it',
    (_, state) => {
      expect(state.TimeoutSeconds).toBeGreaterThanOrEqual((functionSeconds(state) ?? Infinity) + 5);
    },
  );

  it('leave room for the longest way through', () => {
    expect(worstPath(machine)).toBeLessThan(orderTimeout(machine));
  });
});

it('an Express order ends well before AWS kills it, with each task retried at most twice and a second apart', () => {
  const machine = definition('EXPRESS');
  expect(worstPath(accepted(machine))).toBeLessThan(240);
  expect(worstPath(declined(machine))).toBeLessThan(240);
  for (const [, state] of statesOf(machine)) {
    const retriers = state.Retry ?? [];
    expect(retriers.reduce((sum, retrier) => sum + (retrier.MaxAttempts ?? 3), 0)).toBeLessThanOrEqual(2);
    for (const { IntervalSeconds, BackoffRate } of retriers) expect([IntervalSeconds, BackoffRate]).toEqual([1, 1]);
  }
});
