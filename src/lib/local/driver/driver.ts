import { Failure } from '../../cli/failure.js';
import type { HistoryEvent, Instant, Signal } from '../../engine/protocol.js';
import type { DriveOptions, DriveOutcome, DriverInfo } from '../local-environment.js';
import type { LocalSources } from '../ports.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../states/arns.js';
import type { ExecutionDriver } from '../states/execution-driver.js';
import { notRedrivable } from '../states/execution-operations.js';
import { redriveObstacle } from '../states/redrive-verdict.js';
import type { StoredExecution } from '../store/execution-store.js';
import type { StateMachineStore, StoredMachine } from '../store/state-machine-store.js';
import { ExecutionClock } from './execution-clock.js';
import { ExecutionRun, type RunParts } from './execution-run.js';

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

export interface DriverParts extends Omit<RunParts, 'log'> {
  readonly machines: StateMachineStore;
  readonly sources: LocalSources;
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
      const run = await this.run(execution.id);
      // The first step was stored when the run was opened.
      if (run !== undefined) tell(this.parts.executions.events(execution.id, told.until, EVERY, 'forward'));
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

  offer(executionArn: string): void {
    if (this.serving && this.runs.size < SERVED_AT_ONCE) void this.driveUnattended(this.find(executionArn));
  }

  async deliver(execution: StoredExecution, signal: Signal): Promise<void> {
    this.parts.signals.post(execution.id, signal);
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
        this.parts.leases.release(id);
      });
    }
    return opening;
  }

  private async open(id: number): Promise<ExecutionRun> {
    const { Execution } = await import('../../engine/execution.js');
    const { parseDefinition } = await import('../../definition/parse.js');
    const { executions, machines, sources } = this.parts;
    const stored = executions.byId(id);
    const machine = stored && machines.atRevision(stored.revision);
    if (stored === undefined || machine === undefined) throw new Error(`execution ${id} or its machine is missing in the store`);
    const setup = {
      executionArn: stored.arn,
      name: stored.name,
      stateMachineArn: machine.arn,
      stateMachineName: machine.name,
      roleArn: machine.roleArn,
      region: LOCAL_REGION,
      accountId: LOCAL_ACCOUNT,
      type: stored.type,
      definition: parseDefinition(machine.definition),
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
    run.begin(step);
    return run;
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
      for (const opening of [...this.runs.values()]) (await opening.catch(() => undefined))?.fail(this.parts.translate(error));
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
    const soon = sources.now() + AHEAD_MS;
    return executions
      .running()
      .filter(({ id, wakesAt }) => (wakesAt === null || wakesAt <= soon) && !this.runs.has(id) && !this.broken.has(id))
      .filter(({ id }) => leases.holder(id)?.alive !== true);
  }

  private sweepNow(): void {
    if (!this.serving) return;
    try {
      for (const one of this.abandoned().slice(0, SERVED_AT_ONCE - this.runs.size)) void this.driveUnattended(one);
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
    } catch {
      // Whoever drives this execution on purpose hears why; here it is left alone.
      this.broken.add(id);
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
