import type { Instant } from '../../engine/protocol.js';

/** A timestamp as the AWS JSON protocol has it: epoch seconds, with milliseconds behind the point. */
export function epochSeconds(at: Instant): number {
  return at / 1000;
}
