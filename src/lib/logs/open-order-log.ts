import type { Deployment } from '../environment/deployment.js';
import type { Environment } from '../environment/environment.js';
import { executionCalls, type ExecutionCalls } from '../execution/execution-calls.js';
import { hasEnded, type Execution } from '../execution/execution.js';
import { pauseFor } from '../execution/pause.js';
import { historyEvents } from '../execution/read-history.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import { calledFunctions, deployedGroups, groupsOf } from './function-groups.js';
import { IdSequence } from './id-sequence.js';
import type { MachineLog } from './machine-log.js';
import type { FunctionGroup, OrderScope } from './order-scope.js';
import { OrderLog } from './read-order-lines.js';
import { LineTagger, requestIdsOf } from './tag-lines.js';
import type { Range } from './collect-lines.js';

export interface OrderLogWish {
  /** Only this function's lines: its name, or what it ends with. */
  readonly functionName?: string;
  /** Not before this time, epoch milliseconds. */
  readonly since?: number;
}

export interface OpenedLog {
  readonly log: OrderLog;
  readonly ids: IdSequence;
  readonly scope: OrderScope;
  /** Absent where the machine may not be described. */
  readonly machineLog?: MachineLog;
  /** Where the order's lines can be, as things stand now. */
  readonly range: Range;
}

/** Clocks differ a little. */
const SLACK = 5_000;
/** A function goes on after its execution has ended, for as long as a function may run. */
const AFTERWARDS = 15 * 60_000;

/** Finds out where an execution's lines are. Nothing of them is read yet. @param now epoch milliseconds */
export async function openOrderLog(
  environment: Environment,
  found: FoundExecution,
  wish: OrderLogWish,
  now: number,
): Promise<OpenedLog> {
  const { execution, orderId } = found;
  const calls = await executionCalls(environment);
  const machineLog = await machineLogOf(calls, execution);
  const deployment = await deploymentOf(environment, execution);
  const group = machineLog === undefined ? deployment?.stateMachine.logGroup : machineLog.group;
  const all = await functionsOf(environment, deployment, machineLog);
  const { functionName } = wish;
  const functions =
    functionName === undefined
      ? all
      : all.filter((one) => one.functionName === functionName || one.functionName.endsWith(`-${functionName}`));
  const scope: OrderScope = {
    executionArn: execution.executionArn,
    name: execution.name,
    ...(orderId === undefined ? {} : { orderId }),
    ...(group === undefined ? {} : { machineGroup: group }),
    functions,
  };
  const ids = new IdSequence();
  const log = new OrderLog({
    calls: await environment.clients.logs(),
    clock: { now: Date.now, pause: pauseFor },
    scope,
    ids,
    tagger: new LineTagger(),
  });
  // Functions that know nothing of orders are found by the requests that the history tells of.
  if (deployment === undefined && functions.length > 0 && machineLog?.type === 'STANDARD' && !machineLog.executionData)
    await expectRequests(calls, execution.executionArn, log);
  const begun = execution.startDate.getTime() - SLACK;
  const stop = hasEnded(execution.status) ? execution.stopDate?.getTime() : undefined;
  const until = stop === undefined ? now : Math.max(stop, Math.min(stop + AFTERWARDS, now));
  return {
    log,
    ids,
    scope,
    ...(machineLog === undefined ? {} : { machineLog }),
    range: { from: Math.max(begun, wish.since ?? 0), to: until + aheadOf(execution.executionArn) },
  };
}

/** How far lines may be ahead of our clock: the local environment can skip waiting time. Milliseconds. */
export function aheadOf(executionArn: string): number {
  return isLocal(executionArn) ? 366 * 86_400_000 : SLACK;
}

/** The account of local environments: there nothing arrives late. */
export function isLocal(executionArn: string): boolean {
  return executionArn.split(':')[4] === '000000000000';
}

async function machineLogOf(calls: ExecutionCalls, { stateMachineArn }: Execution): Promise<MachineLog | undefined> {
  try {
    return await calls.expressLog.machineLog(stateMachineArn);
  } catch (error) {
    // Who may not describe it, or comes after it was deleted, may still read its group where a deployment names it.
    if (error instanceof Error && /AccessDenied|StateMachineDoesNotExist|StateMachineDeleting/u.test(error.name))
      return undefined;
    throw error;
  }
}

/** What the environment has published, when it is about this execution's machine. */
async function deploymentOf(environment: Environment, execution: Execution): Promise<Deployment | undefined> {
  try {
    const deployment = await environment.deployment();
    return deployment?.stateMachine.arn === execution.stateMachineArn ? deployment : undefined;
  } catch (error) {
    if (error instanceof Error && /AccessDenied|NotAuthorized/u.test(error.name)) return undefined;
    throw error;
  }
}

async function functionsOf(
  environment: Environment,
  deployment: Deployment | undefined,
  machineLog: MachineLog | undefined,
): Promise<FunctionGroup[]> {
  if (deployment !== undefined) return deployedGroups(deployment);
  const called = machineLog?.definition === undefined ? [] : calledFunctions(machineLog.definition);
  return called.length === 0 ? [] : groupsOf(await environment.clients.lambda(), called);
}

async function expectRequests(calls: ExecutionCalls, executionArn: string, log: OrderLog): Promise<void> {
  const tagger = new LineTagger();
  for await (const event of historyEvents(calls, executionArn, { data: true })) {
    const tag = tagger.tagEvent(event);
    for (const id of requestIdsOf(event)) log.expect(id, event.timestamp?.getTime() ?? 0, tag);
  }
}
