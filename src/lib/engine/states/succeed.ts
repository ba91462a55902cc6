import type { Frame } from '../frame.js';
import type { Run } from '../run.js';

export function runSucceed(frame: Frame, run: Run): void {
  run.conclude(frame, run.flow(frame).parameters(frame, undefined));
}
