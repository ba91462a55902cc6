import type { Frame, VisitNode } from './event-graph.js';
import type { Attempt } from './visit.js';

/** A survived attempt's cause is cut to this many characters. */
const SURVIVED_CAUSE = 500;

export function beginAttempt(node: VisitNode, run: number, time: number): void {
  const last = node.visit.attempts.at(-1);
  if (last?.cause !== undefined && last.cause.length > SURVIVED_CAUSE)
    last.cause = `${last.cause.slice(0, SURVIVED_CAUSE)}...`;
  const number = last?.run === run ? last.number + 1 : 1;
  node.visit.attempts.push({ number, run, start: time, outcome: 'running' });
}

/** Ends the attempt that is open, if one is. */
export function endAttempt(
  node: VisitNode | undefined,
  time: number,
  outcome: Attempt['outcome'],
  failure: Pick<Attempt, 'error' | 'cause' | 'eventId'> = {},
): void {
  const attempt = node?.visit.attempts.at(-1);
  if (attempt?.outcome !== 'running') return;
  Object.assign(attempt, { outcome, end: time }, failure);
}

/** Ends what is open in these frames: `failing` and the states around it failed, everything else was abandoned. */
export function closeFrames(
  frames: readonly Frame[],
  time: number,
  failing: VisitNode | undefined,
  abandoned: 'aborted' | 'timed-out' = 'aborted',
): void {
  for (const frame of frames) {
    const node = frame.current;
    if (node === undefined || node.visit.outcome !== 'running') continue;
    closeFrames(node.frames, time, failing, abandoned);
    const outcome = failing !== undefined && isWithin(failing, node) ? 'failed' : abandoned;
    endAttempt(node, time, outcome);
    node.visit.outcome = outcome;
  }
}

function isWithin(inner: VisitNode, outer: VisitNode): boolean {
  for (let node: VisitNode | undefined = inner; node; node = node.frame.parent) if (node === outer) return true;
  return false;
}
