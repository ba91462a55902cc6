import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from '../cli/failure.js';
import { stopExecution } from '../execution/stop-execution.js';
import type { Calls } from '../execution/step-functions.js';
import type { ActResult, PlannedItem } from './act-journal.js';

/** Stops one execution; stopping twice is the same as stopping once. @throws errors that are not about this execution */
export async function stopItem(
  calls: Calls<'stopExecution' | 'describeExecution'>,
  item: PlannedItem,
  reason: string,
  pause: () => Promise<void>,
): Promise<ActResult> {
  try {
    const { status } = await stopExecution(calls, item.executionArn, reason, pause);
    return { verdict: status === 'ABORTED' ? 'stopped' : 'ended', status, exit: 'done' };
  } catch (error) {
    const failure = error instanceof Failure ? error : sdkFailure(error);
    if (failure?.exit !== 'notFound') throw error;
    return { verdict: 'refused', message: failure.message, exit: 'notFound' };
  }
}
