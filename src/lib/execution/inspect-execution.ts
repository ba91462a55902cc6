import { parseExecutionArn } from '../aws/arn.js';
import { readHistory, type ExecutionHistory } from '../history/history-reader.js';
import type { Completeness } from '../logs/completeness.js';
import type { ExpressLog } from '../logs/express-log.js';
import { endedBadly, type Execution } from './execution.js';
import { historyEvents } from './read-history.js';
import { redriveVerdict, type RedriveVerdict } from './redrive-verdict.js';
import { isServiceError, type Calls } from './step-functions.js';

/** An execution with what its events say, read in one go. */
export interface Inspection {
  readonly execution: Execution;
  readonly history: ExecutionHistory;
  readonly redrive: RedriveVerdict;
  /** Express: how much of it the log tells. */
  readonly completeness?: Completeness;
}

type InspectionCalls = Calls<'getExecutionHistory' | 'describeStateMachine' | 'describeStateMachineForExecution'> & {
  readonly expressLog?: ExpressLog;
};

/** @param now epoch milliseconds */
export async function inspectExecution(calls: InspectionCalls, execution: Execution, now: number): Promise<Inspection> {
  const history = await readHistory(historyEvents(calls, execution.executionArn));
  if (parseExecutionArn(execution.executionArn)?.type === 'express') {
    const logged = await calls.expressLog?.snapshot(execution.executionArn, true);
    return {
      execution,
      history,
      redrive: EXPRESS_REDRIVE,
      ...(logged === undefined ? {} : { completeness: logged.completeness }),
    };
  }
  // Asked only where the answer matters: DescribeStateMachineForExecution refills one call a second (AWS quotas).
  const changed = endedBadly(execution.status) ? await definitionChanged(calls, execution) : undefined;
  const failState = history.failure?.failState;
  const redrive = redriveVerdict(
    {
      status: execution.status,
      eventCount: history.eventCount,
      ...(execution.stopDate === undefined ? {} : { stopDate: execution.stopDate }),
      ...(execution.redriveStatus === undefined ? {} : { redriveStatus: execution.redriveStatus }),
      ...(execution.redriveStatusReason === undefined ? {} : { redriveStatusReason: execution.redriveStatusReason }),
      ...(failState === undefined ? {} : { failState }),
      ...(changed === undefined ? {} : { definitionChanged: changed }),
    },
    now,
  );
  return { execution, history, redrive };
}

const EXPRESS_REDRIVE: RedriveVerdict = {
  eligible: false,
  helps: false,
  reason: 'it is an Express execution, which Step Functions does not redrive',
  warnings: [],
};

/** Whether the machine has another definition by now. Not worth an error: who may not read it is told nothing about it. */
async function definitionChanged(calls: InspectionCalls, execution: Execution): Promise<boolean | undefined> {
  try {
    const then = await calls.describeStateMachineForExecution({ executionArn: execution.executionArn });
    const now = await calls.describeStateMachine({ stateMachineArn: execution.stateMachineArn });
    return then.definition === undefined || now.definition === undefined
      ? undefined
      : then.definition !== now.definition;
  } catch (error) {
    if (
      isServiceError(
        error,
        'AccessDeniedException',
        'StateMachineDoesNotExist',
        'StateMachineDeleting',
        'UnknownOperationException',
      )
    )
      return undefined;
    throw error;
  }
}
