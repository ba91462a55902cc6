import { editDistance } from '../../cli/nearest.js';
import { transitions } from '../check-transitions.js';
import { graphs } from '../states.js';
import type { PlacedState } from '../states.js';
import type { Catcher, Retrier, StateGraph } from '../types.js';
import type { LintFinding, LintSubject } from './finding.js';
import { isLambda, isTask, waitsForToken } from './tasks.js';

/** Reserved names. Source: "Handling errors in Step Functions workflows" and the States Language, appendix A. */
const RESERVED: ReadonlySet<string> = new Set([
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
]);

/** Never caught and never retried, whatever a definition says. (States.DataLimitExceeded is, by its name: recorded.) */
const UNCATCHABLE: ReadonlySet<string> = new Set(['States.Runtime']);

/** What Lambda's API answers with, and what Step Functions makes of lost calls; only to tell a misspelt one. */
const LAMBDA_ERRORS = [
  'Lambda.AWSLambdaException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.CodeStorageExceededException',
  'Lambda.EC2AccessDeniedException',
  'Lambda.EC2ThrottledException',
  'Lambda.EC2UnexpectedException',
  'Lambda.ENILimitReachedException',
  'Lambda.InvalidParameterValueException',
  'Lambda.KMSAccessDeniedException',
  'Lambda.ResourceConflictException',
  'Lambda.ResourceNotFoundException',
  'Lambda.ResourceNotReadyException',
  'Lambda.SdkClientException',
  'Lambda.ServiceException',
  'Lambda.SnapStartException',
  'Lambda.SnapStartNotReadyException',
  'Lambda.SnapStartTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
];

interface Handler {
  readonly kind: 'Retry' | 'Catch';
  readonly position: number;
  readonly handler: Retrier | Catcher;
  readonly location: string;
}

function* handlers({ state, location }: PlacedState): Generator<Handler> {
  if (!('Retry' in state) && !('Catch' in state)) return;
  for (const kind of ['Retry', 'Catch'] as const) {
    for (const [position, handler] of (state[kind] ?? []).entries()) {
      yield { kind, position, handler, location: `${location}/${kind}[${position}]` };
    }
  }
}

/** Error names that cannot be, by their spelling or by where they stand. */
export function* errorNames({ placed, thrown }: LintSubject): Generator<LintFinding> {
  const failing = new Set(placed.flatMap(({ state }) => (state.Type === 'Fail' && state.Error ? [state.Error] : [])));
  for (const one of placed) {
    for (const { handler, location } of handlers(one)) {
      for (const name of handler.ErrorEquals) {
        // A Fail state inside of a branch may call its error anything.
        if (failing.has(name)) continue;
        const wrong = whatIsWrong(name, one, thrown);
        if (wrong !== undefined) {
          yield { severity: 'warning', rule: 'error-name', location: `${location}/ErrorEquals`, ...wrong };
        }
      }
    }
  }
}

function whatIsWrong(
  name: string,
  placed: PlacedState,
  thrown: ReadonlySet<string> | undefined,
): { message: string; advice?: string } | undefined {
  const { state } = placed;
  if (UNCATCHABLE.has(name)) {
    return {
      message: `${name} is never caught or retried`,
      advice: 'take it out; mend the path or the size that leads to it',
    };
  }
  if (name.startsWith('States.') && !RESERVED.has(name)) return misspelt(name, [...RESERVED]);
  if (name === 'States.NoChoiceMatched') {
    return { message: `${name} comes from Choice states, which nothing catches`, advice: 'give the Choice a Default' };
  }
  if (name === 'States.BranchFailed' && state.Type !== 'Parallel') {
    return { message: `${name} comes from Parallel states only` };
  }
  if (name === 'States.HeartbeatTimeout' && isTask(placed)) {
    const { HeartbeatSeconds, HeartbeatSecondsPath } = placed.state;
    if (HeartbeatSeconds === undefined && HeartbeatSecondsPath === undefined)
      return { message: `${name} needs HeartbeatSeconds, which the task has not` };
  }
  if (!isTask(placed)) return undefined;
  if (name.startsWith('Lambda.') && isLambda(placed.state) && !LAMBDA_ERRORS.includes(name)) {
    const near = nearest(name, LAMBDA_ERRORS);
    if (near !== undefined) return misspelt(name, LAMBDA_ERRORS);
  }
  if (name.startsWith('Lambda.') && /^arn:[^:]*:states:::(?!lambda:|aws-sdk:lambda:)/u.test(placed.state.Resource)) {
    return { message: `${name} cannot come from ${placed.state.Resource}` };
  }
  const ours = /^[A-Za-z_$][\w$]*$/u.test(name) && isLambda(placed.state);
  if (thrown !== undefined && ours && !thrown.has(name)) {
    return { message: `no function throws ${name}`, ...suggestion(nearest(name, [...thrown])) };
  }
  return undefined;
}

function misspelt(name: string, known: readonly string[]): { message: string; advice?: string } {
  return { message: `AWS has no error named ${name}`, ...suggestion(nearest(name, known)) };
}

function suggestion(near: string | undefined): { advice?: string } {
  return near === undefined ? {} : { advice: `did you mean ${near}?` };
}

/** A handler that an earlier one keeps from ever being used. */
export function* shadowedErrors({ placed }: LintSubject): Generator<LintFinding> {
  for (const one of placed) {
    const seen = { Retry: new Map<string, number>(), Catch: new Map<string, number>() };
    for (const { kind, position, handler, location } of handlers(one)) {
      for (const name of handler.ErrorEquals) {
        const exact = seen[kind].get(name);
        // States.TaskFailed stands for every failure of a task but its time-out.
        const wide =
          one.state.Type === 'Task' && !name.startsWith('States.') ? seen[kind].get('States.TaskFailed') : undefined;
        const before = exact ?? wide;
        if (before !== undefined && before < position) {
          yield {
            severity: 'warning',
            rule: 'shadowed-error',
            location: `${location}/ErrorEquals`,
            message: `${name} never gets here: ${kind}[${before}] takes it first`,
            advice: 'put the more special one first',
          };
        }
      }
      for (const name of handler.ErrorEquals) if (!seen[kind].has(name)) seen[kind].set(name, position);
    }
  }
}

/** A catch of everything that only leads to a Fail state: the execution loses where it stood, and a redrive fails again. */
export function* catchAllBeforeFail({ machine }: LintSubject): Generator<LintFinding> {
  for (const { graph, location } of graphs(machine)) {
    for (const [name, state] of Object.entries(graph.States)) {
      if (!('Catch' in state)) continue;
      for (const [position, { ErrorEquals, Next }] of (state.Catch ?? []).entries()) {
        const all = ErrorEquals.find((error) => error === 'States.ALL' || error === 'States.TaskFailed');
        if (all === undefined || !endsInFailOnly(graph, Next)) continue;
        yield {
          severity: 'warning',
          rule: 'catch-all-before-fail',
          location: `${location}/States/${name}/Catch[${position}]`,
          message: `${all} leads to a Fail state by way of ${Next}: faults of the infrastructure look like refusals, and a redrive only fails again`,
          advice:
            'catch the business errors by their names, and let anything else fail where it happens: a redrive goes on there',
        };
      }
    }
  }
}

/** Whether every way from a state ends in a Fail state. */
function endsInFailOnly(graph: StateGraph, start: string): boolean {
  const seen = new Set<string>();
  const waiting = [start];
  let fails = false;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const state = graph.States[name];
    if (state === undefined || seen.has(name)) continue;
    seen.add(name);
    if (state.Type === 'Fail') fails = true;
    else if (state.Type === 'Succeed' || ('End' in state && state.End === true)) return false;
    else waiting.push(...[...transitions(state)].map(({ target }) => target));
  }
  return fails;
}

/** AWS advises to retry what Lambda itself gets wrong. Source: "Best practices", "Handle transient Lambda service exceptions". */
export function* missingRetries({ placed }: LintSubject): Generator<LintFinding> {
  for (const task of placed.filter(isTask)) {
    if (!isLambda(task.state) || waitsForToken(task.state)) continue;
    const retried = (task.state.Retry ?? []).flatMap(({ ErrorEquals }) => ErrorEquals);
    if (retried.some((name) => /^Lambda\.|^States\.(ALL|TaskFailed)$/u.test(name))) continue;
    yield {
      severity: 'warning',
      rule: 'missing-retry',
      location: task.location,
      message: "nothing retries Lambda's own passing faults, so that each of them fails the task",
      advice:
        'retry Lambda.ServiceException, Lambda.AWSLambdaException, Lambda.SdkClientException, Lambda.ClientExecutionTimeoutException and Lambda.TooManyRequestsException',
    };
  }
}

/** The known name that differs by a typing error or two. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits);
  const [best] = ranked;
  return best !== undefined && best.edits <= Math.max(2, Math.floor(name.length / 8)) ? best.candidate : undefined;
}
