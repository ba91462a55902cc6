import type { WaitState } from '../../definition/types.js';
import type { Frame } from '../frame.js';
import type { Run } from '../run.js';

export function runWait(frame: Frame, state: WaitState, run: Run): void {
  frame.phase = { kind: 'until', at: run.flow(frame).waitUntil(frame, state) };
  askForWaking(frame, run);
}

/** Asks for the timer of a Wait under way, or of the delay before a retry. */
export function askForWaking(frame: Frame, run: Run): void {
  const { phase } = frame;
  if (phase.kind === 'until') {
    run.request(frame, { kind: 'timer', key: `wait:${frame.at.enteredId}`, at: phase.at });
  } else if (phase.kind === 'backoff') {
    run.request(frame, { kind: 'timer', key: `retry:${frame.path}:${phase.failedId}`, at: phase.until });
  }
}

/** The timer has fired. */
export function wake(frame: Frame, run: Run): void {
  if (frame.phase.kind === 'until') {
    frame.phase = { kind: 'result', result: run.flow(frame).parameters(frame, undefined) };
  } else {
    frame.phase = { kind: 'ready' };
  }
}
