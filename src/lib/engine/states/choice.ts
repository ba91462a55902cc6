import type { ChoiceState } from '../../definition/types.js';
import type { Frame } from '../frame.js';
import type { Run } from '../run.js';
import { leave } from '../transitions.js';

export function runChoice(frame: Frame, state: ChoiceState, run: Run): void {
  const choice = run.flow(frame).choose(frame, state);
  leave(frame, choice.output, choice.assigned, choice.next, run);
}
