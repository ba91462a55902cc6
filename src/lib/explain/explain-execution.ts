import { parseExecutionArn, parseMachineArn } from '../aws/arn.js';
import type { Environment } from '../environment/environment.js';
import type { Deployment } from '../environment/deployment.js';
import type { Execution } from '../execution/execution.js';
import { executionCalls } from '../execution/execution-calls.js';
import { definitionOf } from '../execution/definition-of.js';
import { inspectExecution, type Inspection } from '../execution/inspect-execution.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import type { Attempt, Visit } from '../history/visit.js';
import { readAttemptLog, type AttemptLog } from './attempt-log.js';
import { readFailedChildren, type FailedChildren } from './failed-children.js';
import { functionOfState } from './function-of-state.js';
import { readLedger, unreadable, type LedgerReading } from './ledger-view.js';

/** Everything that says why an execution stands where it stands. */
export interface Explanation {
  readonly found: FoundExecution;
  readonly inspection: Inspection;
  /** The visit in which it failed, or stands. */
  readonly visit?: Visit;
  /** Its last attempt. */
  readonly attempt?: Attempt;
  /** The Lambda function that the state calls. */
  readonly functionName?: string;
  readonly ledger: LedgerReading;
  /** Absent where the state calls no function. */
  readonly log?: AttemptLog;
  readonly children?: FailedChildren;
}

const CHILDREN = 5;

/** Reads what belongs together, as much of it as may be read. @param now epoch milliseconds */
export async function explainExecution(
  environment: Environment,
  found: FoundExecution,
  now: number,
): Promise<Explanation> {
  const inspection = await inspectExecution(await executionCalls(environment), found.execution, now);
  const { history } = inspection;
  const { failure } = history;
  const visit =
    failure === undefined
      ? history.visits.findLast((candidate) => candidate.outcome === 'running' && candidate.stateType !== 'Parallel')
      : failingVisit(history.visits, failure.stateName, failure.eventId);
  const attempt =
    visit?.attempts.findLast((candidate) => candidate.eventId === failure?.eventId) ?? visit?.attempts.at(-1);
  const published = await publishedBy(environment);
  const [ledger, log, children] = await Promise.all([
    ledgerOf(environment, published, found),
    visit === undefined || attempt === undefined ? undefined : logOf(environment, found, { visit, attempt }, now),
    failure?.mapRunArn === undefined
      ? undefined
      : readFailedChildren(await environment.clients.sfn(), failure.mapRunArn, CHILDREN),
  ]);
  return {
    found,
    inspection,
    ...(visit && { visit }),
    ...(attempt && { attempt }),
    ...(log?.functionName === undefined ? {} : { functionName: log.functionName }),
    ledger,
    ...(log?.log && { log: log.log }),
    ...(children && { children }),
  };
}

/** The failure names an event of one attempt; where the history had none, its state's latest visit that went wrong. */
function failingVisit(
  visits: readonly Visit[],
  stateName: string | undefined,
  eventId: number | undefined,
): Visit | undefined {
  const ofState = (visit: Visit): boolean => visit.stateName === stateName;
  return (
    visits.findLast(
      (visit) =>
        ofState(visit) &&
        (visit.enteredEventId === eventId || visit.attempts.some((attempt) => attempt.eventId === eventId)),
    ) ?? visits.findLast(ofState)
  );
}

type Published = { readonly deployment?: Deployment; readonly reason?: string };

async function publishedBy(environment: Environment): Promise<Published> {
  try {
    const deployment = await environment.deployment();
    return deployment === undefined
      ? {
          reason: `where the ledger is cannot be read: environment ${environment.name} has published nothing, or not for you`,
        }
      : { deployment };
  } catch (error) {
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    return { reason };
  }
}

async function ledgerOf(
  environment: Environment,
  { deployment, reason }: Published,
  found: FoundExecution,
): Promise<LedgerReading> {
  if (deployment === undefined) return { read: false, reason: reason ?? 'nothing is published' };
  const { executionArn, input } = found.execution;
  const machine = parseMachineArn(deployment.stateMachine.arn)?.machine;
  if (parseExecutionArn(executionArn)?.machine !== machine)
    return { read: false, reason: 'the execution is not one of the order workflow of this environment' };
  const orderId = found.orderId ?? orderIdIn(input);
  if (orderId === undefined) return { read: false, reason: 'the execution does not tell which order it is for' };
  return readLedger(await environment.clients.dynamodb(), deployment.tables, orderId, found.attempt);
}

function orderIdIn(input: string | undefined): string | undefined {
  if (input === undefined) return undefined;
  try {
    const { orderId } = JSON.parse(input) as { orderId?: unknown };
    return typeof orderId === 'string' ? orderId : undefined;
  } catch {
    return undefined;
  }
}

async function logOf(
  environment: Environment,
  found: FoundExecution,
  at: { readonly visit: Visit; readonly attempt: Attempt },
  now: number,
): Promise<{ functionName?: string; log?: AttemptLog } | undefined> {
  const { stateName, stateType } = at.visit;
  if (stateType !== 'Task') return undefined;
  const functionName = await calledFunction(environment, found.execution, stateName);
  if (functionName === undefined) return undefined;
  const log = await readAttemptLog(environment, found, { functionName, stateName, attempt: at.attempt }, now);
  return log === undefined ? { functionName } : { functionName, log };
}

/** By the definition that the execution runs, which needs no payloads; undefined where it may not be read. */
async function calledFunction(
  environment: Environment,
  execution: Execution,
  stateName: string,
): Promise<string | undefined> {
  try {
    const definition = await definitionOf(environment, execution);
    return definition === undefined ? undefined : functionOfState(definition, stateName);
  } catch (error) {
    if (unreadable(error) === undefined && !(error instanceof Error && /StateMachine/.test(error.name))) throw error;
    return undefined;
  }
}
