import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from '../cli/failure.js';
import { describeExecution, type Execution } from '../execution/execution.js';
import { redriveExecution } from '../execution/redrive-execution.js';
import type { Calls } from '../execution/step-functions.js';
import type { ActResult, Intent, PlannedItem } from './act-journal.js';

export interface RedriveSources {
  /** Epoch milliseconds. */
  now(this: void): number;
  /** A fresh UUID. */
  uuid(this: void): string;
  /** Resolves after some time: reads lag behind writes. */
  pause(this: void): Promise<void>;
}

/**
 * AWS remembers a redrive's token for 15 minutes; a little less, for its clock and ours. By then every read has caught up with
 * every write, so that an unchanged count means that the call never came.
 */
const TOKEN_LIFE = 14 * 60_000;

/**
 * Redrives one execution exactly once, whatever became of an earlier try.
 *
 *     no intent ───────────────────────────────────> note intent with fresh token ──> RedriveExecution ──> count rose?
 *     intent ── count rose: it took effect, done
 *            ├─ not, token young ─> same token: answered without effect if the call came through, else it takes effect now
 *            └─ not, token old ───> the call never came: as if there were no intent
 *
 * @param noteIntent resolves when the intent is on the disk
 * @throws errors that are not about this execution
 */
export async function redriveItem(
  calls: Calls<'redriveExecution' | 'describeExecution'>,
  item: PlannedItem,
  earlier: Intent | undefined,
  noteIntent: (intent: Intent) => Promise<void>,
  { now, uuid, pause }: RedriveSources,
): Promise<ActResult> {
  let token: string | undefined;
  if (earlier !== undefined) {
    const seen = await describeExecution(calls, item.executionArn);
    if (seen.redriveCount > item.redriveCount) return redriven(seen);
    if (now() - earlier.at < TOKEN_LIFE) token = earlier.token;
  }
  if (token === undefined) {
    token = uuid();
    await noteIntent({ token, at: now() });
  }
  try {
    return redriven(await redriveExecution(calls, item, token, pause));
  } catch (error) {
    const failure = error instanceof Failure ? error : sdkFailure(error);
    if (failure?.exit === 'notFound') return refused(failure);
    if (failure?.exit !== 'notRedrivable') throw error;
    // Somebody else may have been faster, or our own earlier call.
    const seen = await describeExecution(calls, item.executionArn);
    return seen.redriveCount > item.redriveCount ? redriven(seen) : refused(failure);
  }
}

function redriven({ status, redriveCount }: Execution): ActResult {
  return { verdict: 'redriven', status, redriveCount, exit: 'done' };
}

function refused({ message, exit }: Failure): ActResult {
  return { verdict: 'refused', message, exit };
}
