import { BUSINESS_ERROR_NAMES } from '../../../workflows/order-processing/domain/errors.js';
import { leaksOf } from './data-flow.js';
import { functionOf, isFunctionCall, placeOf, statesOf, type Machine, type State } from './machine.js';
import type { Subject } from './subject.js';
import { worstPath } from './worst-path.js';

/** Errors that Step Functions and Lambda make themselves. */
const SERVICE_ERRORS: ReadonlySet<string> = new Set([
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'States.Timeout',
  'States.TaskFailed',
  'States.ALL',
]);

/** Names that stand for any error, those of the business among them. */
const WIDE: ReadonlySet<string> = new Set(['States.ALL', 'States.TaskFailed']);

/** Where a message must not change what becomes of an order. */
const MAY_CATCH_ALL = ['HandleDeclinedPayment', 'SendConfirmation'];

/** Seconds between the end of a function's time and that of its task. */
const TASK_MARGIN = 5;

/** Seconds in which an Express order has to end; AWS kills it after 300, and then no Catch runs. */
const EXPRESS_SECONDS = 240;

/** Names of fields that tell nothing about a person: ids of ours, products, amounts, outcomes, sentences without names. */
const HARMLESS: ReadonlySet<string> = new Set([
  'orderId',
  'attempt',
  'currency',
  'paymentMethod',
  'sku',
  'quantity',
  'unitPrice',
  'total',
  'amount',
  'outcome',
  'paymentIntentId',
  'messageId',
  'shipmentId',
  'payment',
  'error',
  'cause',
]);

const BUSINESS: ReadonlySet<string> = new Set(BUSINESS_ERROR_NAMES);

/** A rule: the places where it is broken, one sentence each. */
type Rule = (subject: Subject) => string[];

/** What must hold of definition, functions and workflow.json together. */
export const RULES = {
  'only errors that the called function throws are named': ({ machine, code }) =>
    statesOf(machine).flatMap(([name, state]) => {
      const known = new Set(callsIn(name, state).flatMap((called) => code.thrown[called] ?? []));
      return [...(state.Retry ?? []), ...(state.Catch ?? [])]
        .flatMap((rule) => rule.ErrorEquals)
        .filter((error) => !known.has(error) && !SERVICE_ERRORS.has(error))
        .map((error) => `${name} names ${error}`);
    }),

  'every error of ours is caught or documented as redrivable': ({ machine, code, redrivable }) =>
    calls(machine).flatMap(([name, state]) =>
      (code.thrown[calledBy(state)] ?? [`of ${calledBy(state)}, which is no function`])
        .filter((error) => !redrivable.has(error) && !isCaught(machine, name, error))
        .map((error) => `nothing is said about ${error} of ${name}`),
    ),

  'what is documented as redrivable is caught nowhere by its name': ({ machine, redrivable }) =>
    statesOf(machine).flatMap(([name, state]) =>
      caughtNames(state)
        .filter((error) => redrivable.has(error))
        .map((error) => `${name} catches ${error}`),
    ),

  'what passes is retried where it can happen, and a refusal never': ({ machine, code }) =>
    calls(machine).flatMap(([name, state]) => {
      const retried = (state.Retry ?? []).flatMap((rule) => rule.ErrorEquals);
      const passing = (code.thrown[calledBy(state)] ?? []).filter((error) => error === 'TransientDependencyError');
      return [
        ...passing.filter((error) => !retried.includes(error)).map((error) => `${name} does not retry ${error}`),
        ...retried.filter((error) => BUSINESS.has(error) || WIDE.has(error)).map((error) => `${name} retries ${error}`),
      ];
    }),

  'a task gives its function five seconds more than the function has': ({ machine, workflow, type }) =>
    calls(machine).flatMap(([name, state]) => {
      const settings = workflow.functions[functionOf(state) ?? ''];
      const own = type === 'EXPRESS' ? settings?.expressTimeoutSeconds : settings?.timeoutSeconds;
      const given = state.TimeoutSeconds ?? 0;
      return given >= (own ?? Infinity) + TASK_MARGIN
        ? []
        : [`${name} gives up after ${given} s, its function after ${own} s`];
    }),

  'the worst path ends before the machine does': ({ machine, type }) => {
    const seconds = worstPath(machine);
    const limit = machine.TimeoutSeconds ?? 0;
    const longest = longestOrder(machine);
    return [
      ...(seconds < limit ? [] : [`the worst path takes ${seconds} s, the machine ends after ${limit} s`]),
      ...(type === 'STANDARD' || longest < EXPRESS_SECONDS ? [] : [`an Express order may take ${longest} s`]),
    ];
  },

  'no personal data goes beyond ValidateOrder': ({ machine, code }) => [
    ...(machine.StartAt === 'ValidateOrder' ? [] : [`${machine.StartAt} comes before ValidateOrder`]),
    ...leaksOf(machine, {
      entry: 'ValidateOrder',
      answers: (state) => code.returned[calledBy(state)] ?? [],
      isHarmless: (field) => HARMLESS.has(field),
    }).map(({ state, where }) => `personal data in the ${where} of ${state}`),
    ...Object.entries(code.returned).flatMap(([called, fields]) =>
      fields
        .filter((field) => !HARMLESS.has(field.split(/[.[\]]+/).at(-1) ?? ''))
        .map((field) => `${called} answers with ${field}`),
    ),
  ],

  'only a message that must not hold up an order is allowed to fail any way it likes': ({ machine }) =>
    statesOf(machine)
      .filter(([name]) => !MAY_CATCH_ALL.includes(name))
      .flatMap(([name, state]) =>
        caughtNames(state)
          .filter((error) => SERVICE_ERRORS.has(error))
          .map((error) => `${name} catches ${error}`),
      ),

  'functions are called by their alias': ({ machine, workflow }) => [
    ...calls(machine)
      .filter(([, state]) => state.Resource !== 'arn:aws:states:::lambda:invoke')
      .map(([name, state]) => `${name} calls ${state.Resource}`),
    ...calls(machine).flatMap(([name, state]) => {
      const arn = String(state.Parameters?.['FunctionName'] ?? state.Parameters?.['FunctionName.$']);
      const known = Object.keys(workflow.functions).some((one) => arn.endsWith(`:function:${one}:live`));
      return known && state.Parameters?.['Qualifier'] === undefined ? [] : [`${name} calls ${arn}`];
    }),
    ...(workflow.alias === 'live' ? [] : [`the alias is ${workflow.alias}`]),
  ],
} satisfies Record<string, Rule>;

export type RuleName = keyof typeof RULES;

/** The rules that do not hold, each with where. */
export function brokenRules(subject: Subject): Partial<Record<RuleName, string[]>> {
  const broken = Object.entries(RULES).map(([name, rule]) => [name, rule(subject)] as const);
  return Object.fromEntries(broken.filter(([, places]) => places.length > 0));
}

function calls(machine: Machine): [string, State][] {
  return statesOf(machine).filter(([, state]) => isFunctionCall(state));
}

/** What a state calls: a function, or one action of it. */
function calledBy(state: State): string {
  const payload = state.Parameters?.['Payload'] as { action?: string } | undefined;
  return [functionOf(state), payload?.action].filter((part) => part !== undefined).join(' ');
}

/** What is called by a state or inside of it. */
function callsIn(name: string, state: State): string[] {
  return calls({ StartAt: name, States: { [name]: state } }).map(([, one]) => calledBy(one));
}

function caughtNames(state: State): string[] {
  return (state.Catch ?? []).flatMap((rule) => rule.ErrorEquals);
}

/** At the state itself, or at the Map or Parallel around it. */
function isCaught(machine: Machine, name: string, error: string): boolean {
  return placeOf(machine, name).some((state) =>
    caughtNames(state).some((caught) => caught === error || WIDE.has(caught)),
  );
}

/**
 * Seconds of the longest way that an order can take. The longest of all is none: a declined payment is never captured, so
 * an order either has its decline told or has its money taken.
 */
export function longestOrder(machine: Machine): number {
  return Math.max(worstPath(withoutDecline(machine)), worstPath(withDecline(machine)));
}

function withoutDecline(machine: Machine): Machine {
  const copy = structuredClone(machine);
  for (const [name, state] of statesOf(copy)) if (name === 'ChargePayment') state.Catch = [];
  return copy;
}

function withDecline(machine: Machine): Machine {
  return { ...machine, States: { ...machine.States, EvaluateChecks: { Type: 'Choice', Default: 'BlamePayment' } } };
}
