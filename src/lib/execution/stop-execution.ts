import { Failure } from '../cli/failure.js';
import { describeExecution, hasEnded, type Execution } from './execution.js';
import type { Calls } from './step-functions.js';

/** AWS, StopExecution: longest cause in characters. */
const LONGEST_CAUSE = 32_768;
const LOOKS = 10;

/**
 * Stops an execution and looks until it has ended.
 *
 * @param pause resolves after some time: reads lag behind writes
 * @returns the execution at its end, which need not be ABORTED: it may have ended by itself meanwhile
 * @throws Failure (usage) for a reason that is too long, (unreachable) when it does not end
 */
export async function stopExecution(
  calls: Calls<'stopExecution' | 'describeExecution'>,
  executionArn: string,
  reason: string,
  pause: () => Promise<void>,
): Promise<Execution> {
  assertReason(reason);
  await calls.stopExecution({ executionArn, error: 'StoppedByOperator', cause: reason });
  for (let look = 1; look <= LOOKS; look += 1) {
    const execution = await describeExecution(calls, executionArn);
    if (hasEnded(execution.status)) return execution;
    await pause();
  }
  throw new Failure('unreachable', `Step Functions accepted the stop, but ${executionArn} still runs`, {
    suggestions: ['run the same command again'],
  });
}

/** @throws Failure (usage) for a reason that is too long */
export function assertReason(reason: string): void {
  if (reason.length > LONGEST_CAUSE)
    throw new Failure('usage', `the reason has ${reason.length} characters, ${LONGEST_CAUSE} are possible`);
}
