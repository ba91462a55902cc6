import { describeExecution } from '../execution/execution.js';
import { eachExecution, type ListedExecution, type Which } from '../execution/list-executions.js';
import type { Calls } from '../execution/step-functions.js';
import { mapInOrder } from './each.js';
import { readFailure } from './read-failure.js';

/** Which executions are meant. */
export interface Selection extends Which {
  /** Error it ended with, or that failed it: the name in full. */
  readonly error?: string;
  /** State in which it failed; of one that runs, a state it is in. */
  readonly state?: string;
}

/** One that fits, with what had to be read to find out. */
export interface Selected extends ListedExecution {
  readonly error?: string;
  readonly state?: string;
}

type SelectionCalls = Calls<'listExecutions' | 'describeExecution' | 'getExecutionHistory'>;

/** Reads at the same time; the clients' limiter decides how fast they go. */
const CONCURRENCY = 8;

/** Executions that fit, newest first. Some are held at a time, never all. */
export async function* selectExecutions(
  calls: SelectionCalls,
  stateMachineArn: string,
  selection: Selection,
  expected?: number,
): AsyncGenerator<Selected> {
  const { error, state } = selection;
  if (readsOf(selection) === undefined) {
    yield* eachExecution(calls, stateMachineArn, selection, expected);
    return;
  }
  const read = (execution: ListedExecution): Promise<Selected | undefined> =>
    state === undefined ? withError(calls, execution, error) : withState(calls, execution, state, error);
  for await (const selected of mapInOrder(eachExecution(calls, stateMachineArn, selection), read, CONCURRENCY)) {
    if (selected !== undefined) yield selected;
  }
}

/** The call that has to be made for each execution, if one has to be made. */
export function readsOf({ error, state }: Selection): 'GetExecutionHistory' | 'DescribeExecution' | undefined {
  if (state !== undefined) return 'GetExecutionHistory';
  return error === undefined ? undefined : 'DescribeExecution';
}

/** How many executions a selection has to read, by counting the list's pages. */
export async function countListed(calls: Calls<'listExecutions'>, machineArn: string, which: Which): Promise<number> {
  let count = 0;
  const listed = eachExecution(calls, machineArn, which);
  while ((await listed.next()).done !== true) count += 1;
  return count;
}

async function withError(
  calls: SelectionCalls,
  execution: ListedExecution,
  wanted: string | undefined,
): Promise<Selected | undefined> {
  const { error } = await describeExecution(calls, execution.executionArn);
  return error === wanted && error !== undefined ? { ...execution, error } : undefined;
}

async function withState(
  calls: SelectionCalls,
  execution: ListedExecution,
  state: string,
  wanted: string | undefined,
): Promise<Selected | undefined> {
  const facts = await readFailure(calls, execution.executionArn);
  if (facts.state !== state && !facts.openStates.includes(state)) return undefined;
  if (wanted !== undefined && facts.error !== wanted) return undefined;
  return { ...execution, state, ...(facts.error === undefined ? {} : { error: facts.error }) };
}
