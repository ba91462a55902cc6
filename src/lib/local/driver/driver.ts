import { Failure } from '../../cli/failure.js';
import type { parseDefinition } from '../../definition/parse.js';
import type { StateMachine } from '../../definition/types.js';
import type { processorAsMachine } from '../../engine/child-execution.js';
import type { Execution } from '../../engine/execution.js';
import type { HistoryEvent, Instant, Signal, Step } from '../../engine/protocol.js';
import type { DriveOptions, DriveOutcome, DriverInfo } from '../local-environment.js';
import type { LocalSources } from '../ports.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../states/arns.js';
import type { ExecutionDriver } from '../states/execution-driver.js';
import { notRedrivable } from '../states/execution-operations.js';
import { redriveObstacle } from '../states/redrive-verdict.js';
import type { InsertedExecution, NewExecution, StoredExecution } from '../store/execution-store.js';
import type { GroupCommit } from '../store/group-commit.js';
import type { MapRunStore } from '../store/map-run-store.js';
import type { NestedExecutionStore } from '../store/nested-execution-store.js';
import { isStoreError } from '../store/open-store.js';
import type { StateMachineStore, StoredMachine } from '../store/state-machine-store.js';
import { ExecutionClock } from './execution-clock.js';
import { ExecutionRun, LeaseLost, type RunParts } from './execution-run.js';

/** How often a driver looks for stops and callbacks that other processes have left. */
const POLL_MS = 200;
const RENEW_MS = 2_000;
/** How often a process that only watches looks for news. */
const FOLLOW_MS = 100;
/** How often a serving process looks for executions that nobody drives. */
const SWEEP_MS = 500;
/** What becomes due this soon is taken up already, so that its timer can be exact. */
const AHEAD_MS = 2_000;
const ADOPTED_AT_ONCE = 10;
const SERVED_AT_ONCE = 200;
const EVERY = Number.MAX_SAFE_INTEGER;
/** Definitions are up to 1 MiB. */
const PARSED_KEPT = 50;

/** Loaded when something is driven: commands that only read do without. */
interface Engine {
  readonly Execution: typeof Execution;
  readonly parseDefinition: typeof parseDefinition;
  readonly processorAsMachine: typeof processorAsMachine;
}

interface ParsedMachine {
  readonly machine: StoredMachine;
  readonly definition: StateMachine;
}

export interface DriverParts extends Omit<RunParts, 'log'> {
  readonly machines: StateMachineStore;
  readonly sources: LocalSources;
  readonly commits: GroupCommit;
  readonly mapRunStore: MapRunStore;
  readonly nested: NestedExecutionStore;
  log(execution: StoredExecution, machine: StoredMachine, events: readonly HistoryEvent[], redriveCount: number): void;
  /** Words for what goes wrong while nobody waits for an answer. */
  translate(error: unknown): unknown;
}

/**
 * Drives executions in this process: many at once, each under its lease.
 *
 *     drive ──> lease free? ── yes ─> ExecutionRun.watch ─> ended | idle | interrupted
 *                   └── no ─> follow the other driver's events; when it is gone, begin again
 */
export class Driver implements ExecutionDriver {
  private readonly runs = new Map<number, Promise<ExecutionRun | undefined>>();
  private poll: NodeJS.Timeout | undefined;
  private sweep: NodeJS.Timeout | undefined;
  private serving = false;
  private closed = false;
  private readonly closing = new AbortController();
  private lastRenewal = 0;
  /** Executions that made the engine fail: a serving process does not try them again and again. */
  private readonly broken = new Set<number>();

  private readonly parsed = new Map<number, ParsedMachine>();

  constructor(private readonly parts: DriverParts) {}

  async drive(executionArn: string, options: DriveOptions = {}): Promise<DriveOutcome> {
    const told = { until: this.find(executionArn).lastEventId };
    const tell = (events: readonly HistoryEvent[]) => {
      const news = events.filter((event) => event.id > told.until);
      if (news.length === 0) return;
      told.until = news.at(-1)?.id ?? told.until;
      options.onRecords?.(news);
    };
    for (;;) {
      const execution = this.find(executionArn);
      if (execution.status !== 'RUNNING') {
        tell(this.parts.executions.events(execution.id, told.until, EVERY, 'forward'));
        return { kind: 'ended', status: execution.status };
      }
      if (this.closed || options.signal?.aborted === true) return { kind: 'interrupted' };
      const run = await this.run(execution.id).catch(unlessLost);
      if (run === 'lost') continue;
      // The first step was stored when the run was opened.
      if (run !== undefined && options.onRecords !== undefined)
        tell(this.parts.executions.events(execution.id, told.until, EVERY, 'forward'));
      const outcome =
        run === undefined
          ? await this.follow(execution, options, tell)
          : await run.watch({ ...options, onRecords: tell });
      if (outcome !== 'lost') return outcome;
    }
  }

  /** Drives what nobody drives and is due, until each ends or waits; one that cannot be driven does not stop the others. */
  async adopt(): Promise<void> {
    const abandoned = this.abandoned();
    const worker = async () => {
      for (let next = abandoned.shift(); next !== undefined; next = abandoned.shift()) await this.driveUnattended(next);
    };
    await Promise.all(Array.from({ length: Math.min(ADOPTED_AT_ONCE, abandoned.length) }, worker));
  }

  /** From now on takes up whatever is started or abandoned. */
  serve(): void {
    this.serving = true;
    this.sweepNow();
  }

  stopServing(): void {
    this.serving = false;
    clearTimeout(this.sweep);
  }

  async start(execution: NewExecution, onInserted: (id: number) => void): Promise<InsertedExecution> {
    const { executions, commits } = this.parts;
    const engine = this.serving ? await loadEngine() : undefined;
    const { started, run } = await commits.run(() => {
      const started = executions.insert(execution, onInserted);
      const run = started.inserted && engine !== undefined ? this.firstStep(engine, started.execution) : undefined;
      return { started, run };
    });
    const { id, arn } = started.execution;
    if (run === undefined) {
      if (started.inserted) this.offer(arn);
    } else if (run !== 'ended') {
      this.runs.set(id, Promise.resolve(run));
      this.startPolling();
      if (this.closed) run.interrupt();
      else void this.driveUnattended({ id, arn });
    }
    return started;
  }

  offer(executionArn: string): void {
    if (this.serving && this.runs.size < SERVED_AT_ONCE) void this.driveUnattended(this.find(executionArn));
  }

  async deliver(execution: StoredExecution, signal: Signal): Promise<void> {
    this.parts.signals.post(execution.id, signal);
    await this.takenIn(execution);
  }

  /** Resolves when what has been left for this execution, and for those it has started and stops with it, is applied. */
  private async takenIn(execution: StoredExecution): Promise<void> {
    const isWaiting = () => this.parts.signals.waitingFor(execution.id).length > 0;
    // A live driver looks every POLL_MS; one that died meanwhile is replaced by us.
    while (isWaiting() && this.parts.executions.byId(execution.id)?.status === 'RUNNING' && !this.closed) {
      const run = await this.run(execution.id);
      if (run === undefined) {
        await this.pause(FOLLOW_MS / 2);
      } else {
        run.takeSignals();
        run.releaseUnwatched();
      }
    }
    this.offer(execution.arn);
    for (const id of this.parts.nested.addressedChildren(execution.id)) {
      const child = this.parts.executions.byId(id);
      if (child !== undefined) await this.takenIn(child);
    }
  }

  async redrive(execution: StoredExecution, clientToken: string | undefined): Promise<Instant> {
    for (;;) {
      const run = await this.run(execution.id);
      if (run !== undefined) {
        try {
          const obstacle = redriveObstacle(this.find(execution.arn), this.parts.sources.now());
          if (obstacle !== undefined) throw notRedrivable(execution.arn, obstacle);
          return run.redrive(clientToken);
        } finally {
          run.releaseUnwatched();
        }
      }
      // Somebody else has just reopened it, or is about to let go.
      const current = this.find(execution.arn);
      const obstacle = redriveObstacle(current, this.parts.sources.now());
      if (obstacle !== undefined) throw notRedrivable(execution.arn, obstacle);
      await this.pause(FOLLOW_MS / 2);
    }
  }

  driverOf(executionArn: string): DriverInfo | undefined {
    const execution = this.parts.executions.find(executionArn);
    return execution && this.parts.leases.holder(execution.id);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.stopServing();
    this.closing.abort();
    for (const opening of [...this.runs.values()]) (await opening.catch(() => undefined))?.interrupt();
    clearInterval(this.poll);
  }

  /** @throws Failure (notFound) */
  private find(executionArn: string): StoredExecution {
    const execution = this.parts.executions.find(executionArn);
    if (execution === undefined) throw new Failure('notFound', `there is no execution ${executionArn}`);
    return execution;
  }

  /** This process's run of an execution; `undefined` when another live process has the lease. */
  private run(id: number): Promise<ExecutionRun | undefined> {
    let opening = this.runs.get(id);
    if (opening === undefined) {
      if (!this.parts.leases.acquire(id)) return Promise.resolve(undefined);
      opening = this.open(id);
      this.runs.set(id, opening);
      this.startPolling();
      opening.catch(() => {
        this.forget(id);
        try {
          this.parts.leases.release(id);
        } catch {
          // As in ExecutionRun: it counts as free without.
        }
      });
    }
    return opening;
  }

  private async open(id: number): Promise<ExecutionRun> {
    const engine = await loadEngine();
    const stored = this.parts.executions.byId(id);
    if (stored === undefined) throw new Error(`execution ${id} is missing in the store`);
    const { run, step } = this.createRun(engine, stored);
    run.begin(step);
    return run;
  }

  /**
   * Stores an execution's first step in the transaction that inserts it, and takes its lease if there is more to do and room
   * for it. What cannot be run is left as inserted: whoever drives it hears why.
   */
  private firstStep(engine: Engine, stored: StoredExecution): ExecutionRun | 'ended' | undefined {
    let made: ReturnType<Driver['createRun']>;
    try {
      made = this.createRun(engine, stored);
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      return undefined;
    }
    made.run.beginInserted(made.step);
    if (made.run.hasEnded) return 'ended';
    if (this.runs.size >= SERVED_AT_ONCE) return undefined;
    this.parts.leases.take(stored.id);
    return made.run;
  }

  private createRun(engine: Engine, stored: StoredExecution): { readonly run: ExecutionRun; readonly step: Step } {
    const { Execution } = engine;
    const { executions, sources } = this.parts;
    const { id } = stored;
    const { machine, definition } = this.machineOf(engine, stored);
    const setup = {
      executionArn: stored.arn,
      name: stored.name,
      stateMachineArn: stored.stateMachineArn,
      stateMachineName: stored.stateMachineArn.slice(stored.stateMachineArn.lastIndexOf(':') + 1),
      roleArn: machine.roleArn,
      region: LOCAL_REGION,
      accountId: LOCAL_ACCOUNT,
      type: stored.type,
      definition,
      input: stored.input,
      startedAt: stored.startedAt,
    };
    const clock = new ExecutionClock(sources, stored.skippedMs);
    const { execution, step } =
      stored.lastEventId === 0
        ? Execution.start(setup, clock)
        : Execution.restore(setup, executions.records(id), clock);
    const parts: RunParts = {
      ...this.parts,
      log: (events) => {
        this.parts.log(stored, machine, events, execution.redriveCount);
      },
    };
    const run = new ExecutionRun(parts, stored, execution, clock, () => {
      this.forget(id);
    });
    return { run, step };
  }

  /** Parsed once for each revision, which never changes. */
  private machineOf({ parseDefinition, processorAsMachine }: Engine, stored: StoredExecution): ParsedMachine {
    const { id, revision, stateMachineArn } = stored;
    let known = this.parsed.get(revision);
    if (known === undefined) {
      const machine = this.parts.machines.atRevision(revision);
      if (machine === undefined) throw new Error(`the machine of execution ${id} is missing in the store`);
      known = { machine, definition: parseDefinition(machine.definition) };
      if (this.parsed.size >= PARSED_KEPT) this.parsed.clear();
      this.parsed.set(revision, known);
    }
    // A child of a Map Run runs the Map's processor.
    if (stateMachineArn !== known.machine.arn) {
      const around = this.parts.mapRunStore.around(id);
      if (around === undefined) throw new Error(`the Map Run of execution ${id} is missing in the store`);
      return { ...known, definition: processorAsMachine(known.definition, around.stateName) };
    }
    return known;
  }

  private forget(id: number): void {
    this.runs.delete(id);
    if (this.runs.size > 0) return;
    clearInterval(this.poll);
    this.poll = undefined;
  }

  private startPolling(): void {
    this.lastRenewal = this.parts.sources.now();
    this.poll ??= setInterval(() => void this.lookAround(), POLL_MS);
  }

  /** Renews the leases, notices lost ones, and takes in what other processes have left. */
  private async lookAround(): Promise<void> {
    const { leases, signals, sources } = this.parts;
    try {
      const now = sources.now();
      const renew = now - this.lastRenewal >= RENEW_MS;
      const addressed = new Set(signals.addressees());
      if (renew) {
        this.lastRenewal = now;
        leases.renewAll();
      }
      for (const [id, opening] of [...this.runs]) {
        if (!renew && !addressed.has(id)) continue;
        const run = await opening;
        if (renew) run?.checkLease();
        if (addressed.has(id)) run?.takeSignals();
      }
    } catch (error) {
      for (const opening of [...this.runs.values()])
        (await opening.catch(() => undefined))?.fail(this.parts.translate(error));
    }
  }

  /** Watches what another process does. `lost`: it is gone, or waits for longer than this caller wants to. */
  private async follow(
    execution: StoredExecution,
    { until = 'end', signal }: DriveOptions,
    tell: (events: readonly HistoryEvent[]) => void,
  ): Promise<DriveOutcome | 'lost'> {
    const { executions, leases } = this.parts;
    let seen = execution.lastEventId;
    for (;;) {
      await this.pause(FOLLOW_MS, signal);
      if (this.closed || signal?.aborted === true) return { kind: 'interrupted' };
      const current = executions.byId(execution.id);
      if (current === undefined) return 'lost';
      if (current.lastEventId > seen) {
        tell(executions.events(execution.id, seen, EVERY, 'forward'));
        seen = current.lastEventId;
      }
      if (current.status !== 'RUNNING') return { kind: 'ended', status: current.status };
      if (leases.holder(execution.id)?.alive === true) continue;
      const { wakesAt } = current;
      if (until === 'idle' && wakesAt !== null && wakesAt - this.parts.sources.now() > AHEAD_MS) {
        return { kind: 'idle', until: wakesAt };
      }
      return 'lost';
    }
  }

  /** Executions that are due and have no live driver. */
  private abandoned(): { readonly id: number; readonly arn: string }[] {
    const { executions, leases, sources } = this.parts;
    return (
      executions
        .due(sources.now() + AHEAD_MS)
        .filter(({ id }) => !this.runs.has(id) && !this.broken.has(id))
        // A lease of ours without a run is one that could not be given back.
        .filter(({ id }) => leases.isOurs(id) || leases.holder(id)?.alive !== true)
    );
  }

  private sweepNow(): void {
    if (!this.serving) return;
    try {
      for (const one of this.abandoned().slice(0, Math.max(0, SERVED_AT_ONCE - this.runs.size)))
        void this.driveUnattended(one);
    } catch {
      // The store is in trouble; whoever asks for something hears of it, and the next sweep tries again.
    }
    this.sweep = setTimeout(() => {
      this.sweepNow();
    }, SWEEP_MS);
  }

  private async driveUnattended({ id, arn }: { readonly id: number; readonly arn: string }): Promise<void> {
    if (this.broken.has(id)) return;
    try {
      await this.drive(arn, { until: 'idle' });
    } catch (error) {
      // Whoever drives this execution on purpose hears why; here it is left alone. Trouble with the disk may pass.
      if (!isStoreTrouble(error)) this.broken.add(id);
    }
  }

  private pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        this.closing.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener('abort', done, { once: true });
      this.closing.signal.addEventListener('abort', done, { once: true });
    });
  }
}

async function loadEngine(): Promise<Engine> {
  const { Execution } = await import('../../engine/execution.js');
  const { processorAsMachine } = await import('../../engine/child-execution.js');
  const { parseDefinition } = await import('../../definition/parse.js');
  return { Execution, parseDefinition, processorAsMachine };
}

/** Opening an execution took so long that another driver has it. */
function unlessLost(error: unknown): 'lost' {
  if (error instanceof LeaseLost) return 'lost';
  throw error;
}

function isStoreTrouble(error: unknown): boolean {
  return isStoreError(error) || (error instanceof Failure && error.exit === 'localStore');
}
