import {
  formatExecutionArn,
  formatMachineArn,
  looksLikeArn,
  parseExecutionArn,
  parseMachineArn,
  requireMachineArn,
} from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import type { ExpressLog } from '../logs/express-log.js';
import { findExecution, type Execution } from './execution.js';
import { executionName, MAX_ATTEMPT, orderOfName } from './execution-name.js';
import { isServiceError, type Calls } from './step-functions.js';

/** `expressLog`: where Express executions can be read, too; see executionCalls. */
export type FindingCalls = Calls<'describeExecution'> & { readonly expressLog?: ExpressLog };

/** What somebody named, found. */
export interface FoundExecution {
  readonly execution: Execution;
  /** Absent when only an ARN was given and its name does not tell. */
  readonly orderId?: string;
  readonly attempt: number;
  /** Whether the order's id alone leads here; `undefined`: not known. */
  readonly newest?: boolean;
  /** Express: ARNs of other runs of the same name, newest first; Step Functions does not keep a second start from running. */
  readonly otherRuns?: readonly string[];
}

/** Where to look. `stateMachineArn` and `accountId` are unknown where only an endpoint was given. */
export interface Place {
  readonly name: string;
  readonly region: string;
  readonly accountId: string | undefined;
  readonly stateMachineArn: string | undefined;
}

/**
 * Finds an execution by its ARN, or by an order id: then the newest attempt, or the one that is asked for. Attempts
 * are counted without gaps, so asking upwards until one is missing finds the newest.
 *
 * An Express execution is looked for in the machine's log: the newest run of its name, since names may repeat.
 *
 * @throws Failure usage: malformed ARN, other account or region · notFound · checkFailed: the log cannot tell
 */
export async function resolveExecution(
  calls: FindingCalls,
  place: Place,
  orderOrArn: string,
  attempt?: number,
): Promise<FoundExecution> {
  if (looksLikeArn(orderOrArn)) {
    if (attempt !== undefined)
      throw new Failure('usage', '--attempt goes with an order id; an ARN names its attempt itself');
    return byArn(calls, place, orderOrArn);
  }
  return byOrder(calls, place, orderOrArn, attempt);
}

async function byArn(calls: FindingCalls, place: Place, arn: string): Promise<FoundExecution> {
  assertReachable(arn, place, calls.expressLog !== undefined);
  const execution = await findExecution(calls, arn);
  if (execution === undefined) throw unknown(`there is no execution ${arn}`, place);
  return { execution, attempt: 1, ...orderOfName(execution.name) };
}

async function byOrder(
  calls: FindingCalls,
  place: Place,
  orderId: string,
  attempt: number | undefined,
): Promise<FoundExecution> {
  const { stateMachineArn } = place;
  if (stateMachineArn === undefined) {
    throw new Failure(
      'usage',
      `the order id ${orderId} says nothing without a state machine, and ${place.name} names none`,
      {
        suggestions: ['name it with --state-machine-arn or ORDER_STATE_MACHINE_ARN, or give the ARN of the execution'],
      },
    );
  }
  const machine = requireMachineArn(stateMachineArn);
  const find = (number: number): Promise<Execution | undefined> =>
    findStandard(calls, formatExecutionArn(machine, executionName(orderId, number)));

  let newest = await find(attempt ?? 1);
  if (newest === undefined) {
    const { expressLog } = calls;
    const machineArn = formatMachineArn(machine);
    if (expressLog !== undefined && (await isExpressMachine(expressLog, machineArn)))
      return expressByOrder(calls, expressLog, place, { machineArn, orderId, attempt });
    throw unknown(
      attempt === undefined ? `there is no order ${orderId}` : `there is no attempt ${attempt} of order ${orderId}`,
      place,
    );
  }
  if (attempt !== undefined) return { execution: newest, orderId, attempt };
  for (let number = 2; number <= MAX_ATTEMPT; number += 1) {
    const next = await find(number);
    if (next === undefined) return { execution: newest, orderId, attempt: number - 1, newest: true };
    newest = next;
  }
  return { execution: newest, orderId, attempt: MAX_ATTEMPT, newest: true };
}

/** The ARN is that of a Standard execution; on an Express machine there is nothing under it. */
async function findStandard(calls: FindingCalls, executionArn: string): Promise<Execution | undefined> {
  try {
    return await findExecution(calls, executionArn);
  } catch (error) {
    if (isServiceError(error, 'StateMachineTypeNotSupported')) return undefined;
    throw error;
  }
}

/** Who may not describe the machine is told that the order is not there. @throws the service's error when there is none */
async function isExpressMachine(expressLog: ExpressLog, machineArn: string): Promise<boolean> {
  try {
    return (await expressLog.machineLog(machineArn)).type === 'EXPRESS';
  } catch (error) {
    if (isServiceError(error, 'AccessDeniedException', 'StateMachineDeleting')) return false;
    throw error;
  }
}

async function expressByOrder(
  calls: FindingCalls,
  expressLog: ExpressLog,
  place: Place,
  wanted: { readonly machineArn: string; readonly orderId: string; readonly attempt: number | undefined },
): Promise<FoundExecution> {
  const { machineArn, orderId } = wanted;
  let attempt = wanted.attempt ?? 1;
  let runs = await expressLog.runsOf(machineArn, executionName(orderId, attempt));
  while (wanted.attempt === undefined && runs.length > 0 && attempt < MAX_ATTEMPT) {
    const next = await expressLog.runsOf(machineArn, executionName(orderId, attempt + 1));
    if (next.length === 0) break;
    runs = next;
    attempt += 1;
  }
  const [newest, ...others] = runs;
  const execution = newest && (await findExecution(calls, newest.executionArn));
  if (execution === undefined) {
    const { assertTold } = await import('../logs/express-log.js');
    assertTold(await expressLog.machineLog(machineArn), `order ${orderId}`);
    throw new Failure(
      'notFound',
      `the log has no order ${orderId}${attempt > 1 ? `, attempt ${attempt},` : ''} in environment ${place.name}`,
      {
        suggestions: [
          'lines of an Express execution arrive some seconds late; what was started just now may show up yet',
        ],
      },
    );
  }
  return {
    execution,
    orderId,
    attempt,
    ...(wanted.attempt === undefined ? { newest: true } : {}),
    ...(others.length === 0 ? {} : { otherRuns: others.map((run) => run.executionArn) }),
  };
}

/** What can be told from the ARN alone, before anybody is asked. @throws Failure (usage) */
function assertReachable(arn: string, place: Place, readsExpress: boolean): void {
  const parsed = parseExecutionArn(arn);
  if (parsed === undefined) {
    throw new Failure(
      'usage',
      parseMachineArn(arn)
        ? `this ARN names a state machine, not an execution: ${arn}`
        : `not the ARN of an execution: ${arn}`,
      {
        suggestions: [
          'it looks like arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME',
          'an order id is enough, too',
        ],
      },
    );
  }
  if (parsed.type === 'express' && !readsExpress) {
    throw new Failure('usage', `this is an Express execution, which Step Functions does not describe: ${arn}`, {
      suggestions: ["what it did stands in the state machine's log group only"],
    });
  }
  if (parsed.region !== place.region) {
    throw new Failure(
      'usage',
      `the execution is in region ${parsed.region}, environment ${place.name} in ${place.region}: ${arn}`,
      {
        suggestions: [`choose the environment with --env, or give --region ${parsed.region}`],
      },
    );
  }
  if (place.accountId !== undefined && parsed.accountId !== place.accountId) {
    throw new Failure(
      'usage',
      `the execution is in account ${parsed.accountId}, environment ${place.name} in ${place.accountId}: ${arn}`,
      {
        suggestions: ['choose the environment with --env, and credentials of that account with --profile'],
      },
    );
  }
}

function unknown(message: string, place: Place): Failure {
  return new Failure('notFound', `${message} in environment ${place.name}`, {
    suggestions: ['orders list shows what there is; Step Functions forgets an execution 90 days after its end'],
  });
}
