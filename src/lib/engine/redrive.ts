import type { Frame } from './frame.js';
import type { Instant } from './protocol.js';
import { resultOf } from './states/children.js';

/**
 * Makes ready again what had failed or was interrupted when the execution ended. Nothing is entered again: a state goes on
 * from its own StateEntered, with its retries and its clock at the beginning. Branches and iterations that had ended keep
 * their output. Source: recordings of redrives.
 * @param redrivenId the ExecutionRedriven event, which is all that a Fail state has to point to
 * @returns the frames that can go on, to be taken from the end: the first branch's innermost one is the last
 */
export function reopen(frame: Frame, redrivenId: number, now: Instant): Frame[] {
  frame.halted = false;
  const { visit } = frame;
  if (visit === undefined) {
    return [frame];
  }
  visit.retryCount = 0;
  visit.retriesUsed = [];
  visit.resumedAt = now;
  frame.answers = undefined;
  const { group } = visit;
  if (group === undefined) {
    frame.last = visit.state.Type === 'Fail' ? redrivenId : visit.enteredId;
    frame.phase = { kind: 'ready' };
    return [frame];
  }
  if (group.run === undefined && group.done === group.length) {
    frame.last = group.lastOfEnded;
    frame.phase = { kind: 'result', result: resultOf(group) };
    return [frame];
  }
  if (group.run !== undefined) {
    const { result, startedId } = group.run;
    frame.last = startedId;
    frame.phase = result === undefined ? { kind: 'redriven' } : { kind: 'result', result };
    return [frame];
  }
  frame.phase = { kind: 'group' };
  const children = [...group.children.values()].sort((one, other) => other.index - one.index);
  // The state itself comes last: it may have iterations left to start.
  return [frame, ...children.flatMap((child) => reopen(child, redrivenId, now))];
}
