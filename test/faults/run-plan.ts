import type { ExecutionSetup } from '../../src/lib/engine/protocol.js';
import type { StateMachine } from '../../src/lib/definition/types.js';
import type { Handler, Surroundings } from '../../workflows/order-processing/functions/boundary.js';
import {
  personalDataViolations,
  violations,
  type EndedExecution,
} from '../../workflows/order-processing/domain/invariants.js';
import { orderKey } from '../../workflows/order-processing/domain/order-key.js';
import { brokenAnswer, conflictAnswer, refusedAnswer } from './fault-answers.js';
import type { Fault, Plan } from './fault.js';
import { workflowFunctions } from './functions.js';
import { orderMachine, renderedDefinition } from './machine.js';
import type { Mutation } from './mutation.js';
import type { OutsideRequest } from './outside-request.js';
import type { Definition } from './plain-definition.js';
import { scenarioNamed } from './scenarios.js';
import { Simulation, type Call, type Interception, type SimulatedExecution } from './simulation.js';
import { connectionReset } from './stripe-transport.js';
import { API_KEY, World } from './world.js';

/** What a run came to. */
export interface Report {
  /** `I5: ...`; empty when all is well. */
  readonly violations: readonly string[];
  /** How the first execution ended. */
  readonly end: string;
  readonly error: string | undefined;
  /** Every effect there was, and every step of the first execution, in the order of their first time. */
  readonly effects: ReadonlyMap<string, Effect>;
  readonly steps: number;
  /** Both together, as a Fault names them, in the same order. */
  readonly moments: readonly string[];
  /** How many of the faults met their moment. */
  readonly struck: number;
  readonly redrives: number;
  /**
   * Whether somebody had to do something about the order: never; or when nothing was there that grows old (payments and
   * keys at Stripe, notices sent, tokens), so that waiting longer makes no difference; or when something was.
   */
  readonly recovered: 'never' | 'timeless' | 'timed';
  readonly logLines: readonly string[];
}

export interface Effect {
  readonly service: OutsideRequest['service'];
  readonly operation: string;
  /** Whether it may change something. */
  readonly writes: boolean;
}

/** What runs: the shipped workflow, or another that is to be compared with it. */
export interface Subject {
  readonly machine: (type: 'STANDARD' | 'EXPRESS', retries: boolean) => StateMachine;
  readonly functions: (
    world: World,
    surroundings: Surroundings,
    callOf: (requestId: string) => Call,
    arm: Simulation['arm'],
  ) => Readonly<Record<string, Handler>>;
  /** Seconds a task waits for its function, by state. */
  readonly timeout: (state: string, type: 'STANDARD' | 'EXPRESS') => number;
  /** See Hooks. */
  readonly settled?: () => Promise<void>;
}

const SECOND = 1_000;
const DAY = 24 * 3600 * SECOND;
/** Faults can make an execution stand still more than once; what still stands after so many fault-free redrives is stuck. */
const MOST_REDRIVES = 5;
const PACE = 5;
const SIBLINGS: Readonly<Record<string, readonly string[]>> = {
  CheckInventory: ['ChargePayment'],
  ChargePayment: ['CheckInventory'],
  HandleDeclinedPayment: ['CheckInventory'],
};

export function shippedWorkflow(mutation?: Mutation): Subject {
  return {
    machine: (type, retries) => orderMachine(type, retries, mutation),
    functions: (world, surroundings, callOf) => workflowFunctions(world, surroundings, callOf, mutation),
    timeout: (state, type) => timeouts(type).get(state) ?? 30,
  };
}

const knownTimeouts = new Map<string, Map<string, number>>();
function timeouts(type: 'STANDARD' | 'EXPRESS'): Map<string, number> {
  const known = knownTimeouts.get(type) ?? new Map<string, number>();
  const collect = ({ States }: Definition): void => {
    for (const [name, state] of Object.entries(States)) {
      if (typeof state['TimeoutSeconds'] === 'number') known.set(name, state['TimeoutSeconds']);
      for (const branch of state.Branches ?? []) collect(branch);
      if (state['ItemProcessor'] !== undefined) collect(state['ItemProcessor'] as Definition);
    }
  };
  if (known.size === 0) collect(renderedDefinition(type, true));
  knownTimeouts.set(type, known);
  return known;
}

/** Worlds are made once a process and emptied before every run. */
let world: World | undefined;
let current: Simulation | undefined;

export async function runPlan(plan: Plan, subject: Subject = shippedWorkflow()): Promise<Report> {
  world ??= new World((mark, request) => {
    if (current === undefined) throw new Error('no run is under way');
    return current.carry(mark, request);
  });
  return new PlannedRun(plan, subject, world).go();
}

class PlannedRun {
  private readonly scenario;
  private readonly effects = new Map<string, Effect>();
  private readonly moments: string[] = [];
  private readonly open: Fault[];
  private struck = 0;
  private redrives = 0;
  private recovered: Report['recovered'] = 'never';
  private readonly logLines: string[] = [];
  private readonly simulation: Simulation;
  private readonly atRecovery: (() => void)[] = [];
  private readonly atEnd: (() => void)[] = [];
  private readonly waiting: { readonly state: string; readonly go: () => void }[] = [];
  private readonly found = new Set<string>();
  private goneYet = false;
  /** Orders that are cancelled, and whose executions nobody redrives. */
  private readonly abandoned = new Set<string>();
  private operators = 0;
  /** How the operators' last tries ended, by order: undefined is well. */
  private readonly operatorErrors = new Map<string, string | undefined>();

  constructor(
    private readonly plan: Plan,
    private readonly subject: Subject,
    private readonly world: World,
  ) {
    this.scenario = scenarioNamed(plan.scenario);
    this.open = [...plan.faults];
    const { settled } = subject;
    this.simulation = new Simulation(world, { intercept: this.intercept, stepped: this.stepped, settled });
    const surroundings = { now: () => world.now, write: (line: string) => void this.logLines.push(line) };
    this.simulation.use(subject.functions(world, surroundings, this.callOf, this.simulation.arm));
  }

  private readonly callOf = (requestId: string): Call => {
    const call = this.simulation.calls.get(requestId);
    if (call === undefined) throw new Error(`no call has the id ${requestId}`);
    return call;
  };

  async go(): Promise<Report> {
    const { simulation, world } = this;
    world.reset(this.scenario.stock);
    current = simulation;
    const first = simulation.start(this.setup('order-1', this.scenario.order), PACE);
    await simulation.drive();
    await this.recoverAll();
    for (const release of [...this.atRecovery.splice(0), ...this.atEnd.splice(0)]) release();
    await simulation.drive();
    // What went on only now may have let another order begin.
    await this.recoverAll();
    await this.check(true);
    const last = first.records.at(-1)?.event;
    const details = last?.['executionFailedEventDetails'] as { error?: string } | undefined;
    return {
      violations: [...this.found],
      end: endOf(first),
      error: details?.error,
      effects: this.effects,
      steps: first.steps,
      moments: this.moments,
      struck: this.struck,
      redrives: this.redrives,
      recovered: this.recovered,
      logLines: this.logLines,
    };
  }

  private async recoverAll(): Promise<void> {
    for (let rounds = 0; rounds < MOST_REDRIVES && this.standing().length > 0; rounds += 1) {
      await this.recover(this.rounds);
      this.rounds += 1;
    }
  }
  private rounds = 0;

  /** What somebody does about executions that stand still; later rounds are a redrive a minute later. */
  private async recover(round: number): Promise<void> {
    const { simulation, world, plan } = this;
    const recovery = round === 0 ? plan.recovery : 'redrive';
    if (round === 0) this.recovered = world.growsOld() ? 'timed' : 'timeless';
    const pause = { 'redrive-after-a-day': 1.01 * DAY, 'redrive-after-a-week': 7.01 * DAY } as Record<string, number>;
    world.now += round === 0 ? (pause[recovery] ?? SECOND) : 60 * SECOND;
    if (recovery === 'compensate-first' || recovery === 'compensate-only') {
      const orders = this.standingOrders();
      for (const order of orders) void this.compensate(order);
      await simulation.drive();
      await this.check(false);
      // A refusal means that only the execution itself can end the order.
      if (recovery === 'compensate-only' && !this.operatorsFailed()) {
        for (const order of orders) this.abandoned.add(order);
        return;
      }
    }
    if (recovery === 'compensate-beside') for (const order of this.standingOrders()) void this.compensate(order);
    for (const release of this.atRecovery.splice(0)) simulation.later(12, release);
    for (const run of this.standing()) {
      this.redrives += 1;
      if (plan.type === 'STANDARD') simulation.send(run, { kind: 'redrive' });
      else this.restartExpress(run);
    }
    await simulation.drive();
  }

  /** An Express order is started again, under another name. */
  private restartExpress(run: SimulatedExecution): void {
    this.replaced.add(run);
    this.simulation.start({ ...run.setup, executionArn: `${run.setup.executionArn}:again` }, PACE);
  }
  private readonly replaced = new Set<SimulatedExecution>();

  /** Executions that have not come to one of the two ends. */
  private standing(): SimulatedExecution[] {
    return this.simulation.executions.filter(
      (run) => !this.replaced.has(run) && !this.abandoned.has(orderOf(run)) && endOf(run) === 'fault',
    );
  }

  private standingOrders(): Set<string> {
    return new Set(this.standing().map(orderOf));
  }

  private operatorsFailed(): boolean {
    return [...this.operatorErrors.values()].some((error) => error !== undefined);
  }

  private setup(name: string, input: object): ExecutionSetup {
    const { type, retries } = this.plan;
    const prefix = 'arn:aws:states:us-east-1:000000000000';
    return {
      executionArn: `${prefix}:execution:orders:${name}`,
      name,
      stateMachineArn: `${prefix}:stateMachine:orders`,
      stateMachineName: 'orders',
      roleArn: 'arn:aws:iam::000000000000:role/orders',
      region: 'us-east-1',
      accountId: '000000000000',
      type,
      definition: this.subject.machine(type, retries),
      input: JSON.stringify(input),
      startedAt: this.world.now,
    };
  }

  private readonly stepped = (run: SimulatedExecution, step: number): boolean => {
    if (run.number !== 1) return false;
    this.moments.push(`step/${step}`);
    const fault = this.take(`step/${step}`);
    if (fault === undefined || run.execution.status !== 'RUNNING') return false;
    this.simulation.later(0, () => {
      if (fault.kind === 'stop') this.simulation.send(run, { kind: 'stop', error: 'Stopped', cause: 'by an operator' });
      else if (run.execution.status === 'RUNNING') this.simulation.restart(run);
    });
    return fault.kind === 'engine-restart';
  };

  private readonly intercept: Interception = async (call, at, request, on) => {
    this.note(at, request);
    if (this.scenario.goneAt === call.state && !this.goneYet) {
      this.goneYet = true;
      this.world.loseStock();
    }
    const blocked = this.plan.faults.find(({ kind }) => kind === 'sibling' || kind === 'sibling-late');
    if (blocked !== undefined && this.open.includes(blocked)) {
      const aborted = blocked.at.split('/')[0]?.split('~')[0] ?? '';
      if (at === `${(SIBLINGS[aborted] ?? [])[0]}/0`) {
        this.waiting.push({ state: call.state, go: () => void on.perform() });
        return;
      }
    }
    const fault = this.take(at);
    if (fault === undefined) return on.perform();
    const { simulation } = this;
    switch (fault.kind) {
      case 'crash-before':
        return simulation.die(call, 'Lambda.Unknown');
      case 'crash-after':
        await on.performOnly();
        return simulation.die(call, 'Lambda.Unknown');
      case 'bug-after':
        await on.performOnly();
        return simulation.die(call, 'TypeError');
      case 'late':
        return this.atTimeout(call, SECOND, simulation.hang(call, on.perform));
      case 'late-overlap':
        if (this.plan.retries) return this.atTimeout(call, 3 * SECOND + 12, simulation.hang(call, on.perform));
        this.atRecovery.push(simulation.hang(call, on.perform));
        return;
      case 'late-end':
        this.atEnd.push(simulation.hang(call, on.perform));
        return;
      case 'sibling':
      case 'sibling-late':
        this.failSibling(call);
        if (fault.kind === 'sibling') return on.perform();
        this.atEnd.push(simulation.hang(call, on.perform));
        return;
      case 'refused':
        return on.give(refusedAnswer(request));
      case 'conflict':
        return on.give(conflictAnswer(request));
      case 'reset-before':
        return on.fail(connectionReset());
      case 'reset-after':
        await on.performOnly();
        return on.fail(connectionReset());
      case 'error-after':
        if (request.service === 'stripe') {
          this.world.spoilNextStripeAnswer(500);
          return on.perform();
        }
        await on.performOnly();
        return on.give(brokenAnswer(request));
      case 'compensate':
        void this.compensate().then(() => on.perform());
        return;
      case 'compensate-beside':
        void this.compensate();
        simulation.later(PACE, () => void on.perform());
        return;
      case 'duplicate':
      case 'duplicate-fast':
        simulation.start(this.setup('order-1-again', this.scenario.order), fault.kind === 'duplicate' ? PACE : 1);
        return on.perform();
      case 'duplicate-first':
        simulation
          .start(this.setup('order-1-again', this.scenario.order), 1)
          .whenAtRest.push(() => simulation.later(1, () => void on.perform()));
        return;
      case 'rival':
        // Fast enough to catch up with the order between its look at the stock and its reservation.
        simulation.start(this.setup('order-2', { ...this.scenario.order, orderId: 'order-2' }), 3);
        return on.perform();
      case 'reprice':
        this.world.reprice(700);
        return on.perform();
      case 'lose-stock':
        this.world.loseStock();
        return on.perform();
      case 'engine-restart':
      case 'stop':
        throw new Error(`${fault.kind} happens at a step, not at ${at}`);
    }
  };

  private take(at: string): Fault | undefined {
    const index = this.open.findIndex((fault) => fault.at === at);
    if (index === -1) return undefined;
    this.struck += 1;
    return this.open.splice(index, 1)[0];
  }

  private note(at: string, { service, operation }: OutsideRequest): void {
    if (this.effects.has(at)) return;
    const reads = /^(GetItem|BatchGetItem|GetSecretValue|GET )/.test(operation);
    this.effects.set(at, { service, operation, writes: !reads });
    this.moments.push(at);
  }

  private atTimeout(call: Call, after: number, release: () => void): void {
    const timeout = this.subject.timeout(call.state, this.plan.type) * SECOND;
    this.simulation.later(Math.max(0, call.startedAt + timeout - this.world.now) + after, release);
  }

  /** The other branch's task fails by an error that nobody retries; its function goes on as well. */
  private failSibling(call: Call): void {
    const { run } = call;
    const states = SIBLINGS[call.state] ?? [];
    const sibling = [...(run?.open.values() ?? [])].find(({ state }) => states.includes(state));
    if (run !== undefined && sibling?.key !== undefined) {
      run.open.delete(sibling.key);
      sibling.unheard = true;
      this.simulation.send(run, { kind: 'task-failed', key: sibling.key, error: 'TypeError', cause: '{}' });
    }
    for (const { go } of this.waiting.splice(0)) this.simulation.later(1, go);
  }

  /** An operator's `orders compensate`: the rollback's own function, tried again while a dependency fails it. */
  private async compensate(orderId = 'order-1'): Promise<void> {
    const number = (this.operators += 1);
    for (let tries = 1; tries <= 4; tries += 1) {
      const payload = {
        orderId,
        attempt: 1,
        reason: { Error: 'OperatorCancelled', Cause: 'the customer rang' },
        run: { arn: 'operator', state: 'Operator', retry: tries - 1, redrive: 0 },
      };
      const label = `Operator${number === 1 ? '' : `.${number}`}${tries === 1 ? '' : `~${tries}`}`;
      const error = await this.answered(this.simulation.call('rollback-order', label, payload, PACE));
      this.operatorErrors.set(orderId, error);
      if (error !== 'TransientDependencyError') return;
      await new Promise<void>((resolve) => this.simulation.later(20 * SECOND, resolve));
    }
  }

  /** An operator who hears nothing for a while, because the function died or hangs, tries again as well. */
  private answered(call: Promise<string | undefined>): Promise<string | undefined> {
    const timer = { cancelled: false };
    return new Promise((resolve) => {
      this.simulation.later(40 * SECOND, () => resolve('TransientDependencyError'), timer);
      void call.then((error) => {
        timer.cancelled = true;
        resolve(error);
      });
    });
  }

  private async check(ended: boolean): Promise<void> {
    const books = await this.world.books();
    const { executions } = this.simulation;
    const ends = executions.filter((run) => !this.replaced.has(run) || endOf(run) !== 'fault');
    const notified = new Set<string>(
      books.orders.filter((row) => row.reason?.error === 'OperatorCancelled').map((row) => row.orderId),
    );
    for (const { setup, records } of executions) {
      const told = records.some(({ event }) => {
        const entered = event['stateEnteredEventDetails'] as { name?: string } | undefined;
        return entered?.name === 'HandleDeclinedPayment';
      });
      if (told) notified.add(orderKey(String((JSON.parse(setup.input) as { orderId: string }).orderId), 1));
    }
    const endings: EndedExecution[] = ends
      .filter((run) => endOf(run) !== 'fault')
      .map((run) => ({
        orderId: orderKey(String((JSON.parse(run.setup.input) as { orderId: string }).orderId), 1),
        end: endOf(run),
      }));
    const refused = this.operatorsFailed();
    // Between an operator's cancellation and the redrive an order that could not be cancelled is not at rest.
    if (!ended && refused) return;
    for (const { invariant, subject, message } of violations({ ...books, executions: endings, notified })) {
      this.found.add(`${invariant}: ${subject}: ${message}`);
    }
    if (!ended) return;
    for (const run of this.standing()) {
      this.found.add(`I7: execution ${run.number} stands still at ${lastState(run)}, and redrives do not help`);
    }
    for (const [order, error] of this.operatorErrors) {
      if (error === 'TransientDependencyError') this.found.add(`I7: the operator cannot cancel ${order}`);
    }
    this.checkTexts();
  }

  /** I10 over histories after ValidateOrder, causes and logs. */
  private checkTexts(): void {
    const texts = [...this.logLines];
    for (const { records } of this.simulation.executions) {
      for (const { event } of records.slice(2)) {
        const entered = event['stateEnteredEventDetails'] as { name?: string } | undefined;
        const scheduled = event.type === 'TaskScheduled' ? JSON.stringify(event) : '';
        // The document goes into ValidateOrder, and no further.
        if (entered?.name === 'ValidateOrder' || scheduled.includes('function:validate-order:')) continue;
        texts.push(scheduled === '' ? JSON.stringify(event) : scheduled);
      }
    }
    for (const { invariant, subject, message } of personalDataViolations('order-1', this.scenario.order, texts)) {
      this.found.add(`${invariant}: ${subject}: ${message}`);
    }
    if (texts.some((text) => text.includes(API_KEY)))
      this.found.add("I10: order-1: Stripe's key is in a log or a history");
  }
}

/** How an execution stands: its two ends, or anything else. */
function endOf({ execution, records }: SimulatedExecution): EndedExecution['end'] {
  if (execution.status === 'SUCCEEDED') return 'succeeded';
  return execution.status === 'FAILED' && records.at(-2)?.event.type === 'FailStateEntered' ? 'fail-state' : 'fault';
}

function orderOf({ setup }: SimulatedExecution): string {
  return (JSON.parse(setup.input) as { orderId: string }).orderId;
}

function lastState({ records }: SimulatedExecution): string {
  const entered = records.findLast(({ event }) => event.type.endsWith('StateEntered'))?.event[
    'stateEnteredEventDetails'
  ];
  return String((entered as { name?: string } | undefined)?.name);
}
