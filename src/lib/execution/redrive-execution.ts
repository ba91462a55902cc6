import { Failure } from '../cli/failure.js';
import { describeExecution, type Execution } from './execution.js';
import { isServiceError, type Calls } from './step-functions.js';

/**
 * Redrives and makes sure of it: a token that was used before is answered with 200 and does nothing [recorded], so the token is
 * fresh and the redrive count has to rise.
 *
 * @param token a fresh UUID
 * @param pause resolves after some time: reads lag behind writes
 * @throws Failure notRedrivable when the service refuses, bug when it agrees and does nothing
 */
export async function redriveExecution(
  calls: Calls<'redriveExecution' | 'describeExecution'>,
  before: Pick<Execution, 'executionArn' | 'name' | 'redriveCount'>,
  token: string,
  pause: () => Promise<void>,
): Promise<Execution> {
  try {
    await calls.redriveExecution({ executionArn: before.executionArn, clientToken: token });
  } catch (error) {
    if (!isServiceError(error, 'ExecutionNotRedrivable')) throw error;
    throw new Failure('notRedrivable', `Step Functions refuses: ${(error as Error).message}`, { cause: error });
  }
  for (let look = 1; look <= LOOKS; look += 1) {
    const after = await describeExecution(calls, before.executionArn);
    if (after.redriveCount > before.redriveCount) return after;
    if (look < LOOKS) await pause();
  }
  throw new Failure(
    'bug',
    `Step Functions accepted the redrive of ${before.name}, but its redrive count stays at ${before.redriveCount}`,
    {
      suggestions: ['orders status shows where it stands'],
    },
  );
}

const LOOKS = 5;
