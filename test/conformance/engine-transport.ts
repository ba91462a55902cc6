import { parseDefinition } from '../../src/lib/definition/parse.js';
import { performEvaluation } from '../../src/lib/engine/jsonata/evaluate-jsonata.js';
import type { ExecutionSetup, Json, Signal } from '../../src/lib/engine/protocol.js';
import type { ActualAnswer } from './compare.js';
import { invokeEnvelope, invokeFunction } from './functions.js';
import type { RecordedRun, Scenario } from './recording.js';
import type { Transport } from './transport.js';
import { VirtualDriver, type Answerer, type Invocation } from '../engine/virtual-driver.js';

/** When the inputs of the recordings were written; some name moments near it. */
export const RECORDED_AT = Date.parse('2026-11-22T10:46:54Z');
/** What is due later than a day after the start is not waited for. */
export const HORIZON = RECORDED_AT + 24 * 3_600_000;
const ACCOUNT = '111111111111';

export const engineTransport: Transport = {
  name: 'engine',
  async run(scenario, run) {
    const driver = await drive(scenario, run);
    return run.kind === 'sync' ? syncAnswer(run, driver) : historyAnswer(run, driver);
  },
};

/** The recorded execution, run until it has ended or waits for more than anybody would. */
export async function drive(scenario: Scenario, run: RecordedRun): Promise<VirtualDriver> {
  const options = {
    answer: answerer(scenario),
    evaluate: performEvaluation,
    childHorizon: HORIZON,
    storage: ({ key }: { readonly key: string }) => noObject(key),
  };
  return new VirtualDriver(setupOf(run), options).start().drive(HORIZON);
}

/** The objects that the recordings read are not in the data. */
function noObject(key: string): Signal {
  return { kind: 'task-failed', key, error: 'States.ItemReaderFailed', cause: 'The specified key does not exist.' };
}

function setupOf(run: RecordedRun): ExecutionSetup {
  const isExpress = run.type === 'EXPRESS';
  const prefix = `arn:aws:states:us-east-1:${ACCOUNT}`;
  return {
    executionArn: `${prefix}:${isExpress ? 'express' : 'execution'}:${run.machine}:${run.execution}${isExpress ? ':0' : ''}`,
    name: run.execution,
    stateMachineArn: `${prefix}:stateMachine:${run.machine}`,
    stateMachineName: run.machine,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/snf`,
    region: 'us-east-1',
    accountId: ACCOUNT,
    type: run.type,
    definition: parseDefinition(run.definition),
    input: run.input ?? '{}',
    startedAt: RECORDED_AT,
  };
}

function historyAnswer(run: RecordedRun, driver: VirtualDriver): ActualAnswer {
  const events = driver.records.map(({ event }) => event);
  return { events: run.key.includes('[True]') ? events.reverse() : events };
}

function syncAnswer(run: RecordedRun, driver: VirtualDriver): ActualAnswer {
  const last = driver.steps.at(-1)!;
  const setup = setupOf(run);
  return {
    executionArn: setup.executionArn,
    stateMachineArn: setup.stateMachineArn,
    name: setup.name,
    status: last.status,
    input: setup.input,
    inputDetails: { included: true },
    ...(last.output === undefined ? {} : { output: last.output, outputDetails: { included: true } }),
    ...(last.error === undefined ? {} : { error: last.error }),
    ...(last.cause === undefined ? {} : { cause: last.cause }),
    startDate: setup.startedAt,
    stopDate: driver.now,
  };
}

function answerer(scenario: Scenario): Answerer {
  return (call) => [{ after: 0, signal: { kind: 'task-started', key: call.key } }, answer(scenario, call)];
}

function answer(scenario: Scenario, call: Invocation): { readonly after: number; readonly signal: Signal } {
  const { key, resource } = call;
  const parameters = call.parameters as { readonly [name: string]: Json };
  const isFunction = resource.service === 'lambda-arn';
  if (!isFunction && !(resource.service === 'lambda' && resource.action === 'invoke')) {
    throw new Error(`no answer for ${resource.arn}`);
  }
  const behaviour = behaviourOf(scenario, isFunction ? resource.arn : (parameters['FunctionName'] as string));
  const requestId = `request-of-${key}`;
  const event = isFunction ? call.parametersText : payloadText(parameters['Payload']);
  const { payload, failed, after } = invokeFunction(behaviour, event, requestId);
  if (failed !== undefined) {
    const cause = isFunction ? payload : JSON.stringify(JSON.parse(payload));
    return { after, signal: { kind: 'task-failed', key, error: failed.errorType, cause } };
  }
  const output = isFunction ? payload : JSON.stringify(invokeEnvelope(payload, requestId, parameters));
  return { after, signal: { kind: 'task-succeeded', key, output } };
}

/** A Payload that is a text goes out as it is, anything else as JSON (recordings test_invoke_json_values of lambda:invoke). */
function payloadText(payload: Json | undefined): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload ?? {});
}

/** Functions are named by ARN or by name; in a few scenarios they were mocked and echo their input. */
function behaviourOf(scenario: Scenario, name: string): string {
  const known = Object.entries(scenario.lambdas).find(([functionName]) => name.includes(functionName));
  return known?.[1] ?? 'echo_function';
}
