import type { Catcher, ChoiceState, FailState, MapState, Template, WaitState } from '../../definition/types.js';
import type { ContextExtras } from '../context-object.js';
import type { Datum } from '../datum.js';
import type { Frame, Variables } from '../frame.js';
import type { Instant, Json } from '../protocol.js';
import type { FailureReason } from '../state-failure.js';

/** What a state hands on, and which variables it sets on the way out. */
export interface Outcome {
  readonly output: Datum;
  readonly assigned?: Variables;
}

export interface Choice extends Outcome {
  readonly next: string;
}

/** Fields that hold a whole number, or a path or expression that gives one. */
export type CountField = 'TimeoutSeconds' | 'HeartbeatSeconds' | 'MaxConcurrency';

/**
 * How data moves through a state: one implementation a query language. The states ask, and do not know which one answers.
 *
 * Every method may throw LanguageError or StateFailure (the state fails), or Suspended (the answer needs an asynchronous
 * evaluation: nothing may have been recorded yet, the same call comes again when the evaluation has answered).
 */
export interface DataFlow {
  /** What the state's work is given: InputPath and Parameters, or Arguments; the input itself without them. */
  parameters(frame: Frame, template: Template | undefined, extras?: ContextExtras): Datum;
  /** From the work's result to what the next state gets; a state without work has its effective input for a result. */
  outcome(frame: Frame, result: Datum): Outcome;
  caught(frame: Frame, catcher: Catcher, reason: FailureReason): Outcome;
  /** @throws StateFailure States.NoChoiceMatched */
  choose(frame: Frame, state: ChoiceState): Choice;
  items(frame: Frame, state: MapState): readonly Json[];
  itemInput(frame: Frame, state: MapState, index: number, items: readonly Json[]): Datum;
  /** Undefined when the state does not have the field. */
  count(frame: Frame, field: CountField): number | undefined;
  /**
   * A number that may come as a path or an expression; under JSONPath a text of digits will do (recording
   * MAP_STATE_REFERENCE_IN_TOLERATED_FAILURE_PATH).
   * @param holder the state, or a member of it whose field this is
   * @param location where the holder is, such as `ItemBatcher/`; empty for the state
   */
  number(frame: Frame, holder: object, field: string, location: string, kind: 'integer' | 'float'): number | undefined;
  /** A template inside a state's member, such as ItemReader/Parameters. */
  template(frame: Frame, template: Template, location: string): Json;
  waitUntil(frame: Frame, state: WaitState): Instant;
  failure(frame: Frame, state: FailState): FailureReason;
}

/** Thrown to leave a state as it is until its evaluations have answered. */
export class Suspended extends Error {
  override readonly name = 'Suspended';
}
