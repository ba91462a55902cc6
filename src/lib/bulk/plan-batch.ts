import type { ExitName } from '../cli/exit-codes.js';
import { Failure } from '../cli/failure.js';
import { endedBadly, hasEnded, type Execution } from '../execution/execution.js';
import type { ListedExecution } from '../execution/list-executions.js';
import { redriveVerdict } from '../execution/redrive-verdict.js';
import { resolveExecution, type Place } from '../execution/resolve-execution.js';
import type { Calls } from '../execution/step-functions.js';
import type { PlannedItem } from './act-journal.js';
import type { DefinitionCheck } from './definition-check.js';
import { mapInOrder } from './each.js';
import { readFailure } from './read-failure.js';
import type { Reference } from './references.js';

/** An execution that was named or selected, before anybody has judged it. */
export type Candidate = Omit<ListedExecution, 'redriveCount'> &
  Pick<Execution, 'redriveCount'> &
  Partial<Pick<Execution, 'redriveStatus' | 'redriveStatusReason'>>;

/** A name that leads to no execution. */
export interface Unfound {
  readonly reference: string;
  /** Of the file it stands in. */
  readonly line?: number;
  readonly message: string;
  readonly exit: ExitName;
}

export interface Plan {
  readonly items: readonly PlannedItem[];
  readonly unfound: readonly Unfound[];
  /** Items that go on with another definition than the machine has now. */
  readonly changed: number;
}

const CONCURRENCY = 8;

/** Looks up what somebody named, each execution once. */
export async function* findCandidates(
  calls: Calls<'describeExecution'>,
  place: Place,
  references: AsyncIterable<Reference> | Iterable<Reference>,
): AsyncGenerator<Candidate | Unfound> {
  const met = new Set<string>();
  const find = async (entry: Reference): Promise<Candidate | Unfound> => {
    if ('fault' in entry) return { reference: '', line: entry.line, message: entry.fault, exit: 'usage' };
    try {
      const found = await resolveExecution(calls, place, entry.reference, entry.attempt);
      const { orderId, attempt } = found;
      return { ...found.execution, ...(orderId === undefined ? {} : { orderId }), attempt };
    } catch (error) {
      if (!(error instanceof Failure) || (error.exit !== 'notFound' && error.exit !== 'usage')) throw error;
      const line = entry.line > 0 ? { line: entry.line } : {};
      return { reference: entry.reference, ...line, message: error.message, exit: error.exit };
    }
  };
  for await (const candidate of mapInOrder(references, find, CONCURRENCY)) {
    if ('executionArn' in candidate) {
      if (met.has(candidate.executionArn)) continue;
      met.add(candidate.executionArn);
    }
    yield candidate;
  }
}

export interface RedrivePlanning {
  readonly calls: Calls<'getExecutionHistory'>;
  readonly definitions: DefinitionCheck;
  /** Redrive those that ended in a Fail state as well. */
  readonly force: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly onLook?: (looked: number) => void;
}

/** Judges each execution: will the service take it, and is it any use? Reads the history of those that failed. */
export async function planRedrive(
  candidates: AsyncIterable<Candidate | Unfound>,
  { calls, definitions, force, now, onLook }: RedrivePlanning,
): Promise<Plan> {
  const judge = async (candidate: Candidate | Unfound): Promise<Judged | Unfound> => {
    if (!('executionArn' in candidate)) return candidate;
    const item = itemOf(candidate);
    const failure = endedBadly(candidate.status) ? await readFailure(calls, candidate.executionArn) : undefined;
    const verdict = redriveVerdict({ ...candidate, eventCount: 0, ...failure }, now);
    const seen = {
      ...item,
      ...(failure?.state === undefined ? {} : { state: failure.state }),
      ...(failure?.error === undefined ? {} : { error: failure.error }),
    };
    if (!verdict.eligible || (!verdict.helps && !force))
      return { item: { ...seen, skip: verdict.reason ?? 'Step Functions refuses' }, changed: false };
    return { item: seen, changed: (await definitions.changed(item.executionArn, candidate.startDate)) === true };
  };
  return collected(candidates, judge, onLook);
}

/** What has ended needs no stop. */
export async function planStop(
  candidates: AsyncIterable<Candidate | Unfound>,
  onLook?: (looked: number) => void,
): Promise<Plan> {
  const judge = async (candidate: Candidate | Unfound): Promise<Judged | Unfound> => {
    if (!('executionArn' in candidate)) return candidate;
    const item = itemOf(candidate);
    return {
      item: hasEnded(item.status) ? { ...item, skip: `it has ended before: ${item.status}` } : item,
      changed: false,
    };
  };
  return collected(candidates, judge, onLook);
}

interface Judged {
  readonly item: PlannedItem;
  readonly changed: boolean;
}

async function collected(
  candidates: AsyncIterable<Candidate | Unfound>,
  judge: (candidate: Candidate | Unfound) => Promise<Judged | Unfound>,
  onLook: ((looked: number) => void) | undefined,
): Promise<Plan> {
  const items: PlannedItem[] = [];
  const unfound: Unfound[] = [];
  let changed = 0;
  for await (const judged of mapInOrder(candidates, judge, CONCURRENCY)) {
    if ('item' in judged) {
      items.push(judged.item);
      changed += judged.changed ? 1 : 0;
    } else unfound.push(judged);
    onLook?.(items.length + unfound.length);
  }
  return { items, unfound, changed };
}

function itemOf({ executionArn, name, orderId, attempt, status, redriveCount }: Candidate): PlannedItem {
  return {
    executionArn,
    name,
    ...(orderId === undefined ? {} : { orderId }),
    attempt,
    status,
    redriveCount,
  };
}

/** Executions of a plan that failed alike. */
export interface Group {
  readonly state?: string;
  readonly error?: string;
  readonly status: string;
  readonly count: number;
  /** Why nothing is done to them. */
  readonly skip?: string;
}

/** Largest groups first, those that are left alone last. */
export function groupsOf(items: readonly PlannedItem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { state, error, status, skip } of items) {
    const key = JSON.stringify([state, error, status, skip]);
    const group = groups.get(key) ?? {
      ...(state === undefined ? {} : { state }),
      ...(error === undefined ? {} : { error }),
      status,
      count: 0,
      ...(skip === undefined ? {} : { skip }),
    };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  const left = (group: Group): number => (group.skip === undefined ? 0 : 1);
  return [...groups.values()].sort((a, b) => left(a) - left(b) || b.count - a.count);
}
