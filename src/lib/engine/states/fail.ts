import type { FailState } from '../../definition/types.js';
import type { Frame } from '../frame.js';
import type { Run } from '../run.js';

export function runFail(frame: Frame, state: FailState, run: Run): void {
  run.fail(frame, run.flow(frame).failure(frame, state), frame.last);
}
