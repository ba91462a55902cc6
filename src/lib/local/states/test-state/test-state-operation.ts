import { readDefinition } from '../../../definition/parse.js';
import type { Retrier, StateMachine } from '../../../definition/types.js';
import { findCatcher, decideRetry } from '../../../engine/retry-and-catch.js';
import type { ExecutionSetup, Signal } from '../../../engine/protocol.js';
import type { InvokeEffect } from '../../driver/execution-run.js';
import type { LocalSources } from '../../ports.js';
import { AwsError } from '../../wire/aws-error.js';
import type { JsonObject } from '../../wire/aws-json-service.js';
import { Constraints } from '../../wire/constraints.js';
import { executionArn, LOCAL_ACCOUNT, LOCAL_REGION, stateMachineArn } from '../arns.js';
import { checkLanguage } from '../definition-check.js';
import { checkInput, INPUT_LIMIT } from '../execution-input.js';
import { ARN_LIMITS, DEFINITION_LIMITS } from '../machine-operations.js';
import { inspectState, type RunPart } from './inspect-state.js';
import { findState, isolated, withMockedWork, without, type Fields, type Isolation } from './isolate-state.js';
import { answerOf, readMock } from './mock.js';
import { runInIsolation, type IsolatedRun, type Perform } from './run-in-isolation.js';

export interface TestStateParts {
  /** Calls a task's service, for states that are tested without a mock. */
  call(this: void, effect: InvokeEffect): Promise<Signal | undefined>;
  readonly sources: LocalSources;
}

/**
 * TestState: one state on the engine, with nothing stored. Waiting is skipped; a task's timeouts are not looked at, for its
 * service has its own. Sources: the API reference and the developer guide, "Testing state machines with TestState". The
 * texts of refusals are ours; HTTP tasks (TRACE) and the settings of distributed Maps are not offered.
 */
export async function testState(parts: TestStateParts, input: JsonObject): Promise<object> {
  const asked = await readRequest(input, parts);
  const { tested, inspected, isolation, perform, level, retries } = asked;
  const runPart: RunPart = (one, given, answer) => {
    const { definition, input: text } = isolated(one, given);
    const setup = { ...asked.setup, definition: definition as unknown as StateMachine, input: text };
    return runInIsolation(setup, one.name, answer, parts.sources);
  };
  const bare = without(tested.state, 'Retry', 'Catch');
  const first = await runPart({ ...tested, state: bare }, isolation, perform);
  const verdict = await judge(first);
  if (level === 'INFO') return verdict;
  const inspection = await inspectState(inspected, isolation, first, runPart);
  const { errorDetails, ...rest } = verdict as { errorDetails?: object };
  return { ...rest, inspectionData: { ...inspection, ...(errorDetails !== undefined && { errorDetails }) } };

  async function judge(run: IsolatedRun): Promise<object> {
    const { status, output, error, cause, nextState } = run;
    if (status === 'SUCCEEDED') return { status, output, nextState };
    const reason = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
    const retriers = tested.state['Retry'] as readonly Retrier[] | undefined;
    const used = (retriers ?? []).map(() => retries);
    const retry = decideRetry(retriers, reason, used, () => parts.sources.random());
    if (retry !== undefined) {
      const errorDetails = { retryIndex: retry.index, retryBackoffIntervalSeconds: retry.delay / 1000 };
      return { status: 'RETRIABLE', ...reason, ...(level !== 'INFO' && { errorDetails }) };
    }
    const catchIndex = findCatcher(tested.state['Catch'] as Parameters<typeof findCatcher>[0], reason);
    if (catchIndex === undefined) return { status, ...reason };
    const caught = await runPart({ ...tested, state: without(tested.state, 'Retry') }, isolation, perform);
    if (caught.status === 'FAILED') return { status: 'FAILED', error: caught.error, cause: caught.cause };
    return {
      status: 'CAUGHT_ERROR',
      ...reason,
      output: caught.output,
      nextState: caught.nextState,
      ...(level !== 'INFO' && { errorDetails: { catchIndex } }),
    };
  }
}

async function readRequest(input: JsonObject, { call, sources }: TestStateParts) {
  const read = new Constraints(input);
  const text = read.requiredText('definition', DEFINITION_LIMITS);
  const roleArn = read.text('roleArn', ARN_LIMITS) ?? `arn:aws:iam::${LOCAL_ACCOUNT}:role/test-state`;
  const stateInput = read.text('input', INPUT_LIMIT) ?? '{}';
  const level = read.text('inspectionLevel', { oneOf: ['INFO', 'DEBUG', 'TRACE'] }) ?? 'INFO';
  read.flag('revealSecrets');
  const variables = read.text('variables', INPUT_LIMIT);
  const stateName = read.text('stateName', { min: 1, max: 80 });
  const mocked = read.structure('mock');
  const context = read.text('context', INPUT_LIMIT);
  const configuration = new Constraints(read.structure('stateConfiguration') ?? {});
  read.check();
  const retries = configuration.integer('retrierRetryCount', { min: 0, max: 99_999_999 }) ?? 0;
  configuration.check();
  refuseDistributedSettings(read.structure('stateConfiguration'));
  checkInput(stateInput);

  const definition = await readWhole(text, stateName);
  const found = findState(definition, stateName);
  if (found === undefined) throw invalid(`The definition has no state named '${stateName ?? ''}'.`);
  const mock = readMock(mocked, found.state);
  if (context !== undefined && mock === undefined)
    throw invalid('A context can only be specified together with a mock.');
  if (mock === undefined) refuseWithoutMock(found.state);
  const tested =
    mock === undefined ? found : { ...found, state: { ...withMockedWork(found.state), ...handlers(found.state) } };
  const given = readObject(context, 'context');
  const isolation: Isolation = {
    input: stateInput,
    variables: readObject(variables, 'variables'),
    ...(member(given, 'Execution', 'Input') !== undefined && { executionInput: member(given, 'Execution', 'Input') }),
  };
  const perform: Perform = mock === undefined ? call : answerOf(mock);
  // The Map or Parallel itself is what is inspected, whatever stands for its work.
  return { tested, inspected: found, isolation, perform, level, retries, setup: setupOf(given, roleArn, sources) };
}

/** The context object's fields that a caller can set; a state's own follow from the run. */
function setupOf(
  context: Fields,
  roleArn: string,
  sources: LocalSources,
): Omit<ExecutionSetup, 'definition' | 'input'> {
  const text = (...path: [string, string]) => {
    const value = member(context, ...path);
    return typeof value === 'string' ? value : undefined;
  };
  const machine = text('StateMachine', 'Name') ?? 'test-state';
  const name = text('Execution', 'Name') ?? sources.uuid();
  const startedAt = Date.parse(text('Execution', 'StartTime') ?? '');
  return {
    executionArn: text('Execution', 'Id') ?? executionArn(machine, name),
    name,
    stateMachineArn: text('StateMachine', 'Id') ?? stateMachineArn(machine),
    stateMachineName: machine,
    roleArn: text('Execution', 'RoleArn') ?? roleArn,
    region: LOCAL_REGION,
    accountId: LOCAL_ACCOUNT,
    type: 'STANDARD',
    startedAt: Number.isNaN(startedAt) ? sources.now() : startedAt,
  };
}

/** @throws AwsError InvalidDefinition unless it is a machine, or would be one around the state. */
async function readWhole(text: string, stateName: string | undefined): Promise<Fields> {
  if (stateName !== undefined) {
    await checkLanguage(text, 'STANDARD');
    return readDefinition(text).machine as unknown as Fields;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: 'The definition is not a JSON object.'`);
  }
  const state = parsed as Fields;
  const { QueryLanguage = 'JSONPath' } = state as { QueryLanguage?: 'JSONPath' | 'JSONata' };
  const { definition } = isolated(
    { name: 'State', state, queryLanguage: QueryLanguage },
    { input: '{}', variables: {} },
  );
  await checkLanguage(JSON.stringify(definition), 'STANDARD');
  return state;
}

function refuseWithoutMock({ Type: type, Resource: resource }: Fields): void {
  const unattended = type === 'Task' && /:activity:|\.sync(?::2)?$|\.waitForTaskToken$/.test(String(resource));
  if (type !== 'Map' && type !== 'Parallel' && !unattended) return;
  throw invalid(`A ${String(type)} state${unattended ? ` with the resource ${String(resource)}` : ''} needs a mock.`);
}

function refuseDistributedSettings(configuration: JsonObject | undefined): void {
  const unknown = ['mapIterationFailureCount', 'mapItemReaderData', 'errorCausedByState'].filter(
    (name) => configuration?.[name] !== undefined && configuration[name] !== null,
  );
  if (unknown.length === 0) return;
  throw invalid(`The local environment does not offer stateConfiguration with ${unknown.join(', ')}.`);
}

function handlers({ Retry, Catch }: Fields): Fields {
  return { ...(Retry !== undefined && { Retry }), ...(Catch !== undefined && { Catch }) };
}

function readObject(text: string | undefined, name: string): Fields {
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Fields;
  } catch {
    // Said below.
  }
  throw invalid(`The ${name} must be a JSON object.`);
}

function member(object: Fields, outer: string, inner: string): unknown {
  return (object[outer] as Fields | undefined)?.[inner];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
