import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateNamed, type Machine } from './machine.js';
import { brokenRules, longestOrder, RULES, type RuleName } from './static-rules.js';
import {
  documentedRedrivable,
  readWorkflow,
  renderMachine,
  ROOT,
  WORKFLOW_FOLDER,
  type Subject,
  type WorkflowType,
} from './subject.js';
import { readWorkflowCode } from './workflow-code.js';
import { worstPath } from './worst-path.js';

/*
 * What must hold of definition, functions and the map that Terraform makes the functions of, without running anything; and
 * for every rule the changes that it must refuse. What Terraform makes of the map: terraform-map.test.ts.
 */

const CODE = readWorkflowCode(WORKFLOW_FOLDER);
const TYPES = ['STANDARD', 'EXPRESS'] as const;

/** @param settings changes workflow.json before the definition is rendered with it. */
function subject(type: WorkflowType, settings: (workflow: Subject['workflow']) => void = () => undefined): Subject {
  const workflow = readWorkflow();
  settings(workflow);
  return {
    type,
    workflow,
    machine: renderMachine(workflow, type),
    code: structuredClone(CODE),
    redrivable: documentedRedrivable(),
  };
}

it.each(TYPES)('the workflow of type %s keeps every rule', (type) => {
  expect(brokenRules(subject(type))).toEqual({});
});

describe('the errors that each function throws', () => {
  const EVERYWHERE = ['InvariantViolationError', 'TransientDependencyError'];

  it.each<[string, string[]]>([
    ['validate-order', ['ValidationError']],
    ['process-line-item', ['LineItemRejectedError']],
    ['aggregate-results', ['LineItemRejectedError', 'OrderCancelledError']],
    ['check-inventory', ['OutOfStockError', 'OrderCancelledError']],
    ['charge-payment authorize', ['PaymentDeclinedError', 'OrderCancelledError', 'PaymentAmountMismatchError']],
    ['charge-payment capture', ['AuthorizationExpiredError', 'OrderCancelledError', 'PaymentAmountMismatchError']],
    ['notify-payment-declined', []],
    ['fulfill-order', ['FulfillmentRejectedError', 'OrderCancelledError']],
    ['send-confirmation', []],
    ['rollback-order', ['CompensationRefusedError']],
  ])('%s: %j, and those that any may throw', (called, errors) => {
    expect(CODE.thrown[called]).toEqual([...errors, ...EVERYWHERE].sort());
  });

  it('are read from every function of workflow.json', () => {
    const called = new Set(Object.keys(CODE.thrown).map((name) => name.split(' ')[0]));
    expect([...called].sort()).toEqual(Object.keys(readWorkflow().functions).sort());
  });
});

it('the page about the workflow tells the longest ways as they are', () => {
  const page = readFileSync(join(ROOT, 'docs/workflow.md'), 'utf8').replace(/\s+/g, ' ');
  const number = (value: number) => value.toLocaleString('en-US');
  const standard = subject('STANDARD').machine;
  const express = subject('EXPRESS').machine;
  expect(page).toContain(
    `${number(worstPath(standard))} s (the machine ends after ${number(standard.TimeoutSeconds ?? 0)} s)`,
  );
  expect(page).toContain(`${longestOrder(express)} s (the machine ends after ${express.TimeoutSeconds} s`);
});

type Change = (subject: Subject) => void;

/** The definition with one state changed. */
const at =
  (name: string, change: (state: ReturnType<typeof stateNamed>) => void): Change =>
  ({ machine }) =>
    change(stateNamed(machine, name));

const catching = (name: string, error: string, next = 'OrderFailed'): Change =>
  at(name, (state) => (state.Catch ??= []).push({ ErrorEquals: [error], ResultPath: '$.reason', Next: next }));

const notCatching = (name: string, error: string): Change =>
  at(name, (state) => {
    state.Catch = (state.Catch ?? [])
      .map((rule) => ({ ...rule, ErrorEquals: rule.ErrorEquals.filter((one) => one !== error) }))
      .filter((rule) => rule.ErrorEquals.length > 0);
  });

const before = (machine: Machine, name: string, seconds: number): void => {
  const next = machine.States[name]?.Next ?? '';
  machine.States['Pause'] = { Type: 'Wait', Seconds: seconds, Next: next };
  stateNamed(machine, name).Next = 'Pause';
};

const payloadOf = (name: string, more: object): Change =>
  at(name, (state) => Object.assign(state.Parameters?.['Payload'] as object, more));

describe('each rule refuses', () => {
  const table: Record<RuleName, [string, Change][]> = {
    'only errors that the called function throws are named': [
      ['a catch of what only another function throws', catching('FulfillOrder', 'OutOfStockError')],
      ['a catch of what only the other action throws', catching('CapturePayment', 'PaymentDeclinedError')],
      ['a misspelt name', catching('CheckInventory', 'OutOfStock', 'InventoryRefused')],
      [
        'a retry of an error that is no more',
        at('FulfillOrder', (state) => state.Retry?.[0]?.ErrorEquals.push('TransientError')),
      ],
      [
        'an error that the code stopped throwing',
        ({ code }) => (code.thrown['process-line-item'] = ['TransientDependencyError']),
      ],
    ],
    'every error of ours is caught or documented as redrivable': [
      ['a refusal that is caught nowhere', notCatching('CapturePayment', 'AuthorizationExpiredError')],
      ['one inside of a branch', notCatching('CheckInventory', 'OrderCancelledError')],
      ['one inside of the Map', notCatching('ProcessLineItems', 'LineItemRejectedError')],
      ['an error that the code began to throw', ({ code }) => code.thrown['fulfill-order']?.push('OutOfStockError')],
      ['a page that forgets an error', ({ redrivable }) => redrivable.delete('InvariantViolationError')],
    ],
    'what is documented as redrivable is caught nowhere by its name': [
      ['a caught bug', catching('FulfillOrder', 'InvariantViolationError')],
      ['a caught fault of infrastructure', catching('CapturePayment', 'TransientDependencyError')],
      ['a compensation that hides its failure', catching('CompensatingTransaction', 'CompensationRefusedError')],
      ['a page that promises too much', ({ redrivable }) => redrivable.add('OutOfStockError')],
    ],
    'what passes is retried where it can happen, and a refusal never': [
      [
        'a refusal that is retried',
        at('CheckInventory', (state) => state.Retry?.[2]?.ErrorEquals.push('OutOfStockError')),
      ],
      [
        'any failed task that is retried',
        at('ChargePayment', (state) => state.Retry?.push({ ErrorEquals: ['States.TaskFailed'], MaxAttempts: 0 })),
      ],
      ['a fault that passes and is not retried', at('FulfillOrder', (state) => state.Retry?.splice(2, 1))],
    ],
    'a task gives its function five seconds more than the function has': [
      ['a task that is too short', at('ValidateOrder', (state) => (state.TimeoutSeconds = 5))],
      ['one inside of a branch', at('ChargePayment', (state) => (state.TimeoutSeconds = 12))],
      ['one inside of the Map', at('ProcessItem', (state) => (state.TimeoutSeconds = 8))],
      [
        'a function that is given more time',
        ({ workflow }) => {
          const settings = workflow.functions['rollback-order'];
          if (settings !== undefined) settings.expressTimeoutSeconds = settings.timeoutSeconds += 1;
        },
      ],
    ],
    'the worst path ends before the machine does': [
      ['a wait', ({ machine, type }) => before(machine, 'CapturePayment', type === 'EXPRESS' ? 60 : 20_000)],
      [
        'one more retry than fits',
        at('FulfillOrder', (state) =>
          state.Retry?.push({ ErrorEquals: ['States.Timeout'], MaxAttempts: 30, MaxDelaySeconds: 1_000 }),
        ),
      ],
      [
        'a retrier without numbers on the slowest branch',
        at(
          'CheckInventoryAndCharge',
          (state) => (state.Retry = [{ ErrorEquals: ['Lambda.Unknown'], MaxAttempts: 9, MaxDelaySeconds: 10 }]),
        ),
      ],
      ['a shorter machine', ({ machine, type }) => (machine.TimeoutSeconds = type === 'EXPRESS' ? 200 : 3_600)],
      ['a machine without a time-out', ({ machine }) => delete machine.TimeoutSeconds],
      ['lines one after the other', at('ProcessLineItems', (state) => (state.MaxConcurrency = 1))],
      ['a queue without a time-out', at('QueueConfirmation', (state) => delete state.TimeoutSeconds)],
      ['a way back', at('SendConfirmation', (state) => (state.Next = 'FulfillOrder'))],
    ],
    'no personal data goes beyond ValidateOrder': [
      ['a result beside the document', at('ValidateOrder', (state) => (state.ResultPath = '$.order'))],
      [
        'an error beside the document',
        at('ValidateOrder', (state) => {
          if (state.Catch?.[0]) state.Catch[0].ResultPath = '$.reason';
        }),
      ],
      ['a result that is thrown away', at('ValidateOrder', (state) => (state.ResultPath = null))],
      [
        'all that the function answered',
        at('ValidateOrder', (state) => (state.ResultSelector = { 'order.$': '$.Payload' })),
      ],
      [
        'one field too many',
        at('ValidateOrder', (state) => Object.assign(state.ResultSelector ?? {}, { 'user.$': '$.Payload.userId' })),
      ],
      ['the envelope', at('FulfillOrder', (state) => delete state.ResultSelector)],
      [
        'the execution’s input in a payload',
        payloadOf('SendConfirmation', { 'to.$': '$$.Execution.Input.shippingAddress' }),
      ],
      ['the whole context in a payload', payloadOf('FulfillOrder', { 'context.$': '$$' })],
      [
        'the input inside of an intrinsic function',
        payloadOf('FulfillOrder', { 'to.$': "States.Format('{} {}', $.orderId, $$.Execution.Input.userId)" }),
      ],
      ['the input inside of a branch', payloadOf('ChargePayment', { 'user.$': '$$.Execution.Input.userId' })],
      [
        'the input in the Map',
        at('ProcessLineItems', (state) =>
          Object.assign(state.ItemSelector ?? {}, { 'user.$': "$$['Execution']['Input']" }),
        ),
      ],
      [
        'the input in a queue',
        at('QueueConfirmation', (state) =>
          Object.assign(state.Parameters?.['MessageBody'] as object, { 'order.$': '$$.Execution.Input' }),
        ),
      ],
      [
        'a state before it',
        ({ machine }) => {
          machine.States['Hello'] = { Type: 'Pass', Next: machine.StartAt };
          machine.StartAt = 'Hello';
        },
      ],
      ['a function that answers with more', ({ code }) => code.returned['validate-order']?.push('userId')],
      ['a later function that does', ({ code }) => code.returned['fulfill-order']?.push('shippingAddress.street')],
    ],
    'only a message that must not hold up an order is allowed to fail any way it likes': [
      ['States.ALL at a task', catching('CapturePayment', 'States.ALL')],
      ['States.ALL around the branches', catching('CheckInventoryAndCharge', 'States.ALL')],
      ['States.ALL inside of a branch', catching('CheckInventory', 'States.ALL', 'InventoryRefused')],
      ['States.ALL around the lines', catching('ProcessLineItems', 'States.ALL')],
      ['any failed task', catching('FulfillOrder', 'States.TaskFailed')],
      ['a time-out', catching('CapturePayment', 'States.Timeout')],
      ['a compensation that catches', catching('CompensatingTransaction', 'States.ALL')],
    ],
    'functions are called by their alias': [
      [
        'a version',
        at('FulfillOrder', (state) =>
          Object.assign(state.Parameters ?? {}, {
            FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:fulfill-order:7',
          }),
        ),
      ],
      [
        'no qualifier',
        at('ChargePayment', (state) =>
          Object.assign(state.Parameters ?? {}, {
            FunctionName: String(state.Parameters?.['FunctionName']).replace(/:live$/, ''),
          }),
        ),
      ],
      [
        '$LATEST',
        at('ProcessItem', (state) =>
          Object.assign(state.Parameters ?? {}, {
            FunctionName: String(state.Parameters?.['FunctionName']).replace(/live$/, '$LATEST'),
          }),
        ),
      ],
      [
        'a qualifier beside the name',
        at('FulfillOrder', (state) => Object.assign(state.Parameters ?? {}, { Qualifier: '3' })),
      ],
      [
        'the function as the resource',
        at('FulfillOrder', (state) => (state.Resource = String(state.Parameters?.['FunctionName']))),
      ],
    ],
  };

  it('has changes for every rule', () => {
    expect(Object.keys(table)).toEqual(Object.keys(RULES));
  });

  const rows = Object.entries(table).flatMap(([rule, changes]) =>
    TYPES.flatMap((type) => changes.map(([name, change]) => [rule, type, name, change] as const)),
  );

  it.each(rows)('"%s" (%s): %s', (rule, type, _, change) => {
    const changed = subject(type);
    change(changed);
    expect(Object.keys(brokenRules(changed))).toEqual([rule]);
  });
});

describe('numbers of workflow.json that do not fit', () => {
  it.each<[string, WorkflowType, RuleName, (workflow: Subject['workflow']) => void]>([
    [
      'a function’s time',
      'STANDARD',
      'a task gives its function five seconds more than the function has',
      ({ functions }) => (functions['charge-payment'] = { timeoutSeconds: 31, expressTimeoutSeconds: 8 }),
    ],
    [
      'a function’s time',
      'EXPRESS',
      'a task gives its function five seconds more than the function has',
      ({ functions }) => (functions['charge-payment'] = { timeoutSeconds: 30, expressTimeoutSeconds: 9 }),
    ],
    [
      'more retries',
      'STANDARD',
      'the worst path ends before the machine does',
      ({ types }) => (types.STANDARD['CompensationRetries'] = 400),
    ],
    [
      'more retries',
      'EXPRESS',
      'the worst path ends before the machine does',
      ({ types }) => (types.EXPRESS['DependencyRetries'] = 2),
    ],
    [
      'lines two at a time',
      'EXPRESS',
      'the worst path ends before the machine does',
      ({ types }) => (types.EXPRESS['LineConcurrency'] = 2),
    ],
    ['another alias', 'STANDARD', 'functions are called by their alias', (workflow) => (workflow.alias = '12')],
  ])('%s (%s)', (_, type, rule, settings) => {
    expect(Object.keys(brokenRules(subject(type, settings)))).toContain(rule);
  });
});
