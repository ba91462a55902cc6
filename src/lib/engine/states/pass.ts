import type { PassState } from '../../definition/types.js';
import { Datum } from '../datum.js';
import type { Frame } from '../frame.js';
import type { Run } from '../run.js';
import { conclude } from '../transitions.js';

const literals = new WeakMap<PassState, Datum>();

export function runPass(frame: Frame, state: PassState, run: Run): void {
  conclude(frame, literalResult(state) ?? run.flow(frame).parameters(frame, state.Parameters), run);
}

/** `Result` is the definition's own and is written out once, however often the state runs. */
function literalResult(state: PassState): Datum | undefined {
  if (state.Result === undefined) {
    return undefined;
  }
  let literal = literals.get(state);
  if (literal === undefined) {
    literal = Datum.ofValue(state.Result);
    literals.set(state, literal);
  }
  return literal;
}
