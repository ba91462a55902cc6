import type { Frame } from '../frame.js';
import type { Run } from '../run.js';
import { conclude } from '../transitions.js';

export function runSucceed(frame: Frame, run: Run): void {
  conclude(frame, run.flow(frame).parameters(frame, undefined), run);
}
