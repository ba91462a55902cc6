import { childIdentity } from '../../engine/child-execution.js';
import type { Instant, Json, MapRunEffect, Signal } from '../../engine/protocol.js';
import type { BucketFolder } from '../buckets/bucket-folder.js';
import type { ExportedChild } from '../buckets/write-results.js';
import type { LocalSources } from '../ports.js';
import type { ExecutionDriver } from '../states/execution-driver.js';
import { redriveObstacle } from '../states/redrive-verdict.js';
import type { ExecutionStore, StoredExecution } from '../store/execution-store.js';
import type { MapRunStore, StoredMapRun } from '../store/map-run-store.js';
import type { SignalStore } from '../store/signal-store.js';
import { Turns } from './turns.js';

/** Children of one Map Run that are driven at the same time; the others wait for their turn. */
const CHILDREN_AT_ONCE = 100;

export type MapRunState = Extract<MapRunEffect, { kind: 'map-run' }>;
export type StartChildEffect = Extract<MapRunEffect, { kind: 'start-child' }>;
export type ReadItemsEffect = Extract<MapRunEffect, { kind: 'read-items' }>;
export type WriteResultsEffect = Extract<MapRunEffect, { kind: 'write-results' }>;

export interface ChildOutcome {
  readonly signal: Signal;
  /** Waiting that the child has skipped, which its parent has not waited for either. */
  readonly skippedMs: number;
}

export interface MapRunsParts {
  readonly executions: ExecutionStore;
  readonly store: MapRunStore;
  readonly signals: SignalStore;
  readonly sources: LocalSources;
  readonly buckets: BucketFolder;
  driver(): ExecutionDriver;
}

/** Performs the effects of distributed Maps: children as executions of their own, items and results in local buckets. */
export class MapRuns {
  /** Each Map Run its own, so that one inside a child never waits for its parent's turn. */
  private readonly turns = new Map<string, Turns>();

  constructor(private readonly parts: MapRunsParts) {}

  /** Inside the transaction that stores the parent's events; children of a run that has ended are told to stop. */
  note(execution: number, run: MapRunState, now: Instant): void {
    const { store, signals } = this.parts;
    store.save(execution, run, now);
    if (run.status === 'RUNNING') return;
    this.turns.get(run.mapRunArn)?.dismiss();
    this.turns.delete(run.mapRunArn);
    const saved = store.find(run.mapRunArn);
    for (const child of saved === undefined ? [] : store.runningChildren(saved.id)) {
      signals.post(child, { kind: 'stop' });
    }
  }

  /** The child's end: at once for one that has ended before. `undefined`: we are closing. */
  async child(effect: StartChildEffect, parent: StoredExecution, now: Instant): Promise<ChildOutcome | undefined> {
    const { mapRunArn } = effect;
    let turns = this.turns.get(mapRunArn);
    if (turns === undefined) {
      turns = new Turns(CHILDREN_AT_ONCE);
      this.turns.set(mapRunArn, turns);
    }
    return turns.take(() => this.runChild(effect, parent, now));
  }

  async read(effect: ReadItemsEffect): Promise<Signal> {
    const { readItems } = await import('../buckets/read-items.js');
    return readItems(effect, this.parts.buckets);
  }

  async write(effect: WriteResultsEffect): Promise<Signal> {
    const { writeResults } = await import('../buckets/write-results.js');
    const { store, executions, buckets } = this.parts;
    const children: ExportedChild[] = [];
    for (const id of store.children(this.find(effect.mapRunArn).id)) {
      const child = executions.byId(id);
      if (child !== undefined) children.push(exported(child));
    }
    return writeResults(effect, children, buckets);
  }

  private async runChild(
    effect: StartChildEffect,
    parent: StoredExecution,
    now: Instant,
  ): Promise<ChildOutcome | undefined> {
    const { executions, store } = this.parts;
    const run = this.find(effect.mapRunArn);
    // It may have ended while this child waited for its turn.
    if (run.status !== 'RUNNING') return undefined;
    const known = store.child(run.id, effect.index);
    let child = known && executions.byId(known.execution);
    if (child === undefined) {
      child = await this.start(effect, run, parent, now);
    } else if (
      child.status !== 'SUCCEEDED' &&
      child.status !== 'RUNNING' &&
      effect.redriveCount > (known?.redrive ?? 0)
    ) {
      child = await this.again(effect, run, parent, child, now);
    }
    const outcome = await this.parts.driver().drive(child.arn);
    const ended = executions.byId(child.id);
    if (outcome.kind !== 'ended' || ended === undefined || ended.status === 'RUNNING') return undefined;
    const output = ended.status === 'SUCCEEDED' ? (ended.output ?? 'null') : JSON.stringify(report(ended));
    const signal = { kind: 'child-ended', key: effect.key, status: ended.status, output } as const;
    return { signal, skippedMs: ended.skippedMs };
  }

  private async start(
    effect: StartChildEffect,
    run: StoredMapRun,
    parent: StoredExecution,
    now: Instant,
  ): Promise<StoredExecution> {
    const { sources, store, executions, signals } = this.parts;
    const name = sources.uuid();
    const identity = childIdentity(run.arn, name, effect.executionType, sources.uuid());
    const current = executions.byId(parent.id) ?? parent;
    const { execution } = await this.parts.driver().start(
      {
        arn: identity.executionArn,
        name,
        type: effect.executionType,
        stateMachineArn: identity.stateMachineArn,
        revision: parent.revision,
        input: effect.input,
        traceHeader: parent.traceHeader,
        startedAt: now,
        fastForward: current.fastForward,
        skippedMs: Math.max(0, now - sources.now()),
      },
      (id) => {
        const { itemCount, index, redriveCount } = effect;
        store.setChild(run.id, index, { execution: id, itemCount, redrive: redriveCount });
        // The Map Run may have ended while this waited for its transaction.
        if (this.find(run.arn).status !== 'RUNNING') signals.post(id, { kind: 'stop' });
      },
    );
    return execution;
  }

  /** After a redrive of the Map Run: goes on where it failed; an EXPRESS child, which cannot, starts anew. */
  private async again(
    effect: StartChildEffect,
    run: StoredMapRun,
    parent: StoredExecution,
    child: StoredExecution,
    now: Instant,
  ): Promise<StoredExecution> {
    if (child.type === 'EXPRESS') return this.start(effect, run, parent, now);
    const { executions, sources } = this.parts;
    const token = `map-run:${effect.redriveCount}`;
    if (executions.redriveOf(child.id, token) !== undefined || redriveObstacle(child, sources.now()) !== undefined) {
      return child;
    }
    await this.parts.driver().redrive(child, token);
    return executions.byId(child.id) ?? child;
  }

  private find(arn: string): StoredMapRun {
    const run = this.parts.store.find(arn);
    if (run === undefined) throw new Error(`the Map Run ${arn} is missing in the store`);
    return run;
  }
}

function exported(child: StoredExecution): ExportedChild {
  const { status, output } = child;
  const file = status === 'SUCCEEDED' ? 'SUCCEEDED' : status === 'RUNNING' ? 'PENDING' : 'FAILED';
  return { status: file, report: report(child), output: file === 'SUCCEEDED' ? (output ?? 'null') : undefined };
}

/** All that is known of a child, as ResultWriter exports it. Source: developer guide, "ResultWriter (Map)". */
function report(child: StoredExecution): Json {
  const { error, cause, output, stoppedAt, status } = child;
  const succeeded = status === 'SUCCEEDED';
  return {
    ...(cause !== null && { Cause: cause }),
    ...(error !== null && { Error: error }),
    ExecutionArn: child.arn,
    Input: child.input,
    InputDetails: { Included: true },
    Name: child.name,
    ...(output !== null && { Output: output, OutputDetails: { Included: true } }),
    RedriveCount: child.redriveCount,
    RedriveStatus: succeeded || child.type === 'EXPRESS' ? 'NOT_REDRIVABLE' : 'REDRIVABLE_BY_MAP_RUN',
    ...(succeeded && { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }),
    StartDate: new Date(child.startedAt).toISOString(),
    StateMachineArn: child.stateMachineArn,
    Status: status,
    ...(stoppedAt !== null && { StopDate: new Date(stoppedAt).toISOString() }),
  };
}
