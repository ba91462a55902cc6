import {
  RECOVERIES,
  STEP_FAULTS,
  type EffectFault,
  type Fault,
  type FaultKind,
  type Plan,
  type Recovery,
} from './fault.js';
import { runPlan, type Effect, type Report, type Subject } from './run-plan.js';
import type { ScenarioName } from './scenarios.js';

/** Faults after which the function has not done its work: without retries the execution stands still. */
const STOPPING: readonly EffectFault[] = [
  'crash-before',
  'crash-after',
  'bug-after',
  'late',
  'late-overlap',
  'late-end',
  'refused',
  'conflict',
  'reset-before',
  'reset-after',
  'error-after',
];
/** A read that was done or not makes no difference. */
const OF_READS: readonly EffectFault[] = ['crash-before', 'late', 'late-overlap', 'late-end', 'refused'];
const SIBLING: readonly EffectFault[] = ['sibling', 'sibling-late'];
const SIBLING_STATES = ['CheckInventory', 'ChargePayment', 'HandleDeclinedPayment'];
const PEOPLE: readonly EffectFault[] = ['compensate', 'compensate-beside', 'reprice', 'lose-stock', 'rival'];
const DUPLICATES: readonly EffectFault[] = ['duplicate', 'duplicate-fast', 'duplicate-first'];
/** What leaves most behind: two recoveries of it even where not all are tried. */
const LASTING: readonly FaultKind[] = ['crash-after', 'late', 'late-overlap', 'late-end', 'sibling', 'sibling-late'];
/** The kinds that differ in what they leave behind; pairs are made of these. */
const OF_PAIRS: readonly EffectFault[] = [
  'crash-after',
  'late',
  'late-overlap',
  'late-end',
  'reset-after',
  'error-after',
  'sibling',
  'compensate',
  'compensate-beside',
];

/**
 * What pairs are made of besides, with one recovery each. Not in either: to die or to be cut off before an effect is what
 * dying after the one before it leaves, and an error that nobody retries is what any error is without retries.
 */
const OTHERS: readonly FaultKind[] = [
  'refused',
  'conflict',
  'sibling-late',
  'reprice',
  'lose-stock',
  'rival',
  'duplicate-fast',
  'duplicate-first',
  'engine-restart',
  'stop',
];

/** Where an effect is made: `CapturePayment` of `2:CapturePayment~3/1`. */
export function stateOf(at: string): string {
  return /^(?:\d+:)?([A-Za-z]+)/.exec(at)?.[1] ?? '';
}

/** What can go wrong at one effect. */
export function faultsAt(at: string, { writes, service }: Effect): EffectFault[] {
  const stopping = writes ? STOPPING.filter((kind) => kind !== 'conflict' || service === 'dynamodb') : OF_READS;
  const siblings = SIBLING_STATES.includes(stateOf(at)) ? SIBLING : [];
  // Step Functions calls SQS itself: no function dies there.
  const possible = service === 'sqs' ? stopping.filter((kind) => !kind.startsWith('late')) : stopping;
  return [...possible, ...siblings];
}

/** A run without faults, which tells what effects there are. */
export function faultFree(scenario: ScenarioName, type: Plan['type'] = 'STANDARD', subject?: Subject): Promise<Report> {
  return runPlan({ scenario, faults: [], retries: true, recovery: 'redrive', type }, subject);
}

/**
 * Every single fault of a scenario.
 *
 * @param recorded its run without faults.
 * @param thorough with every recovery; else each fault takes one or two of them, in turn.
 */
export function* singleFaults(scenario: ScenarioName, recorded: Report, thorough: boolean): Generator<Plan> {
  const plan = (
    fault: Fault,
    retries: boolean,
    recovery: Recovery = 'redrive',
    type: Plan['type'] = 'STANDARD',
  ): Plan => ({
    scenario,
    faults: [fault],
    retries,
    recovery,
    type,
  });
  let turn = 0;
  const recoveries = (kind: FaultKind): readonly Recovery[] => {
    if (thorough) return RECOVERIES;
    const count = LASTING.includes(kind) ? 2 : 1;
    return Array.from({ length: count }, () => RECOVERIES[(turn += 1) % RECOVERIES.length]!);
  };
  for (const [at, effect] of recorded.effects) {
    // Calls that were tried again do what the first call did.
    if (at.includes('~') && !thorough) continue;
    for (const kind of faultsAt(at, effect)) {
      const fault = { at, kind };
      yield plan(fault, true);
      if (!at.includes('~')) for (const recovery of recoveries(kind)) yield plan(fault, false, recovery);
      if (thorough || kind === 'crash-after' || kind === 'late') yield plan(fault, true, 'redrive', 'EXPRESS');
    }
    for (const kind of PEOPLE) yield plan({ at, kind }, true);
    for (const kind of DUPLICATES) yield plan({ at, kind }, true, 'redrive', 'EXPRESS');
  }
  for (let step = 1; step < recorded.steps; step += 1) {
    const at = `step/${step}`;
    yield plan({ at, kind: 'engine-restart' }, true);
    for (const recovery of recoveries('stop')) yield plan({ at, kind: 'stop' }, true, recovery);
  }
}

/** The first faults that pairs begin with. */
export function firstFaults(recorded: Report): Fault[] {
  const effects = [...recorded.effects].flatMap(([at, effect]) => pairable(at, effect));
  const duplicates = [...recorded.effects.keys()].map((at): Fault => ({ at, kind: 'duplicate' }));
  return [...effects, ...duplicates];
}

/**
 * All pairs that begin with `first`. The second fault strikes what there is to strike in a run with the first: retried
 * calls, the rollback, the operator's, the duplicate's.
 */
export async function* pairsFrom(scenario: ScenarioName, first: Fault, subject?: Subject): AsyncGenerator<Plan> {
  const type = first.kind === 'duplicate' ? 'EXPRESS' : 'STANDARD';
  for (const retries of type === 'EXPRESS' ? [true] : [true, false]) {
    const recoveries: readonly Recovery[] = retries ? ['redrive'] : RECOVERIES;
    for (const recovery of recoveries) {
      const plan: Plan = { scenario, faults: [first], retries, recovery, type };
      const { effects } = await runPlan(plan, subject);
      const names = [...effects.keys()];
      for (const [at, effect] of [...effects].slice(names.indexOf(first.at))) {
        if (at === first.at) continue;
        for (const second of pairable(at, effect)) yield { ...plan, faults: [first, second] };
      }
    }
  }
}

/** The first faults of the pairs of which one at least is of the other kinds. */
export function firstFaultsOfOthers(recorded: Report): Fault[] {
  return recorded.moments.flatMap((at) => [...pairableAt(at, recorded), ...othersAt(at, recorded, true)]);
}

/**
 * The pairs that begin with `first` and are not in pairsFrom. Of two that follow each other one has its retries, and the other
 * has not and is recovered.
 *
 * @param recovery of those without retries.
 */
export async function* otherPairsFrom(
  scenario: ScenarioName,
  first: Fault,
  recovery: Recovery,
  subject?: Subject,
): AsyncGenerator<Plan> {
  const express = first.kind.startsWith('duplicate');
  const usual = OF_PAIRS.some((kind) => kind === first.kind);
  for (const retries of express ? [true] : [true, false]) {
    const type = express ? 'EXPRESS' : 'STANDARD';
    const plan: Plan = { scenario, faults: [first], retries, recovery: retries ? 'redrive' : recovery, type };
    const report = await runPlan(plan, subject);
    const later = report.moments.slice(report.moments.indexOf(first.at) + 1);
    for (const [index, at] of later.entries()) {
      if (!express && index % 2 === (retries ? 1 : 0)) continue;
      const seconds = [...(usual ? [] : pairableAt(at, report)), ...othersAt(at, report, false)];
      for (const second of seconds) yield { ...plan, faults: [first, second] };
    }
  }
}

/**
 * Whether a run would be the very same with this recovery as it was with a redrive at once: nobody had to recover anything,
 * or a longer wait is waited while nothing is there that grows old.
 */
export function sameAsRedrive(recovered: Report['recovered'], recovery: Recovery): boolean {
  if (recovered === 'never') return true;
  return recovered === 'timeless' && (recovery === 'redrive-after-a-day' || recovery === 'redrive-after-a-week');
}

function pairableAt(at: string, { effects }: Report): Fault[] {
  const effect = effects.get(at);
  return effect === undefined ? [] : pairable(at, effect);
}

/** @param duplicates whether the order may begin to run a second time here: two of a run are enough. */
function othersAt(at: string, { effects }: Report, duplicates: boolean): Fault[] {
  const effect = effects.get(at);
  const possible: readonly FaultKind[] =
    effect === undefined
      ? STEP_FAULTS
      : [...faultsAt(at, effect), ...(at.startsWith('Operator') ? [] : PEOPLE), ...(duplicates ? DUPLICATES : [])];
  return OTHERS.filter((kind) => possible.includes(kind)).map((kind) => ({ at, kind }));
}

function pairable(at: string, effect: Effect): Fault[] {
  const possible = faultsAt(at, effect);
  const people = effect.writes && !at.startsWith('Operator') ? PEOPLE.slice(0, 2) : [];
  return OF_PAIRS.filter((kind) => possible.includes(kind) || people.includes(kind)).map((kind) => ({ at, kind }));
}
