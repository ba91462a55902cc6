import { readHistory } from '../history/history-reader.js';
import { historyEvents } from '../execution/read-history.js';
import type { Calls } from '../execution/step-functions.js';

/** What the events of an execution say about where it stands, in few words. */
export interface FailureFacts {
  /** The state in which it failed, was stopped, or ran out of time. */
  readonly state?: string;
  readonly error?: string;
  /** The Fail state in which it ended: a redrive would only end there again. */
  readonly failState?: string;
  /** States it is in, while it runs. */
  readonly openStates: readonly string[];
  readonly eventCount: number;
}

/** Reads the whole history: GetExecutionHistory, a call a thousand events. */
export async function readFailure(calls: Calls<'getExecutionHistory'>, executionArn: string): Promise<FailureFacts> {
  const { failure, visits, status, eventCount } = await readHistory(historyEvents(calls, executionArn));
  const open = status === 'RUNNING' ? visits.filter(({ outcome }) => outcome === 'running') : [];
  return {
    ...(failure?.stateName === undefined ? {} : { state: failure.stateName }),
    ...(failure?.error === undefined ? {} : { error: failure.error }),
    ...(failure?.failState === undefined ? {} : { failState: failure.failState }),
    openStates: [...new Set(open.map(({ stateName }) => stateName))],
    eventCount,
  };
}
