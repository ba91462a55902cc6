import { Execution } from '../../../engine/execution.js';
import { performEvaluation } from '../../../engine/jsonata/evaluate-jsonata.js';
import type { Effect, ExecutionSetup, HistoryEvent, Instant, Signal, Step } from '../../../engine/protocol.js';
import type { InvokeEffect } from '../../driver/execution-run.js';
import type { LocalSources } from '../../ports.js';

/** What running one state showed. */
export interface IsolatedRun {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** JSON text; absent when the state failed. */
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly nextState?: string;
  /** What its work was given, as JSON text. */
  readonly parameters?: string;
  /** What its work gave. */
  readonly result?: string;
  /** JSON texts by name. */
  readonly assigned: Readonly<Record<string, string>>;
}

/** Performs a task, or answers for it. */
export type Perform = (call: InvokeEffect) => Promise<Signal | undefined>;

/**
 * Runs a machine in memory until one of its states is left or fails. Waiting is not waited for: the clock jumps.
 * @param stateName the state to watch.
 */
export async function runInIsolation(
  setup: ExecutionSetup,
  stateName: string,
  perform: Perform,
  sources: LocalSources,
): Promise<IsolatedRun> {
  let skipped = 0;
  const clock = { now: () => sources.now() + skipped, random: () => sources.random(), uuid: () => sources.uuid() };
  const timers = new Map<string, Instant>();
  const seen: { parameters?: string; result?: string } = {};
  let exit: HistoryEvent | undefined;
  let nextState: string | undefined;
  let last: Step | undefined;
  const queue: Signal[] = [];

  const absorb = async (step: Step): Promise<void> => {
    last = step;
    for (const { event } of step.records) {
      const entered = event['stateEnteredEventDetails']?.['name'];
      if (exit !== undefined && nextState === undefined && typeof entered === 'string') nextState = entered;
      if (event['stateExitedEventDetails']?.['name'] === stateName) exit ??= event;
    }
    const open: Effect[] = [...step.effects];
    const cancelled = new Set(open.flatMap((effect) => (effect.kind === 'cancel' ? [effect.key] : [])));
    for (const effect of open) {
      if (effect.kind === 'cancel') timers.delete(effect.key);
      else if (cancelled.has(effect.key)) continue;
      else if (effect.kind === 'timer') timers.set(effect.key, effect.at);
      else if (effect.kind === 'evaluate') queue.push(await performEvaluation(effect, clock));
      else if (effect.kind === 'invoke') {
        seen.parameters = effect.parametersText;
        const answer = await perform(effect);
        if (answer?.kind === 'task-succeeded') seen.result = answer.output;
        if (answer !== undefined) queue.push(answer);
      }
    }
  };

  const { execution, step } = Execution.start(setup, clock);
  await absorb(step);
  while (execution.status === 'RUNNING' && exit === undefined) {
    const answered = queue.shift();
    if (answered !== undefined) {
      await absorb(execution.handle(answered));
      continue;
    }
    const due = earliest(timers);
    if (due === undefined) break;
    skipped += Math.max(0, due.at - clock.now());
    timers.delete(due.key);
    await absorb(execution.handle({ kind: 'timer', key: due.key }));
  }

  const details = exit?.['stateExitedEventDetails'];
  const output = details?.['output'];
  return {
    ...seen,
    ...(nextState !== undefined && { nextState }),
    assigned: (details?.['assignedVariables'] ?? {}) as Readonly<Record<string, string>>,
    ...(typeof output === 'string'
      ? { status: 'SUCCEEDED' as const, output }
      : {
          status: 'FAILED' as const,
          ...(last?.error !== undefined && { error: last.error }),
          ...(last?.cause !== undefined && { cause: last.cause }),
        }),
  };
}

function earliest(timers: ReadonlyMap<string, Instant>): { readonly key: string; readonly at: Instant } | undefined {
  let found: { key: string; at: Instant } | undefined;
  for (const [key, at] of timers) if (found === undefined || at < found.at) found = { key, at };
  return found;
}
