/** The service's quotas that decide what an execution does. Source: the Step Functions developer guide, "Quotas". */

/** Bytes of UTF-8 that a state's input, output or result may have. */
export const PAYLOAD_LIMIT = 262_144;

/** Characters of an error's name and of its cause. */
export const ERROR_LIMIT = 256;
export const CAUSE_LIMIT = 32_768;

/** Events of a STANDARD execution; the last one says that it failed. */
export const HISTORY_LIMIT = 25_000;

/** Seconds a Wait may last: a signed 32-bit number of them, as recordings at 24,855 and 24,856 days show. */
export const WAIT_LIMIT_SECONDS = 2_147_483_647;

/** Seconds after which an EXPRESS execution is ended, whatever its definition says. */
export const EXPRESS_LIMIT_SECONDS = 300;

/** Iterations of an inline Map that run at once when nothing smaller is asked for. */
export const INLINE_CONCURRENCY = 40;

/** Children that a Map Run has at work at once when nothing smaller is asked for. */
export const MAP_RUN_CONCURRENCY = 10_000;

/** Items a Map Run reads at most. */
export const MAP_RUN_ITEMS = 100_000_000;

/**
 * Events one step may make before it hands over and asks to be continued: an endless loop of Pass states must neither block
 * the process nor grow one transaction without bound.
 */
export const STEP_LIMIT = 2_000;

/** Whether a JSON text is larger than a state may give or take. */
export function exceedsPayloadLimit(text: string): boolean {
  // A UTF-16 unit takes three bytes of UTF-8 at most, so most texts need no counting.
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT;
}
