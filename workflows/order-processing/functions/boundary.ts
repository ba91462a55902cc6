import { invocationDeadline, type Deadline } from '../adapters/deadline.js';
import { JsonLog } from '../adapters/json-log.js';
import { outcomeMetric } from '../adapters/outcome-metric.js';
import {
  BUSINESS_ERROR_NAMES,
  RETRYABLE_ERROR_NAMES,
  BUG_ERROR_NAMES,
  isWorkflowError,
  outcomeClass,
  type OutcomeClass,
} from '../domain/errors.js';
import { personalTexts, redact } from '../domain/redaction.js';
import type { Log } from '../ports/log.js';
import { runOf, type Payload } from './payload.js';

/** What Lambda hands to a handler beside the event; the part that we use. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

/** One call of a function. */
export interface Invocation {
  readonly requestId: string;
  readonly log: Log;
  readonly deadline: Deadline;
}

/** What Lambda hands over may be any JSON; the workflow's own payloads are objects. */
export type Handler = (event: Payload, context: LambdaContext) => Promise<unknown>;

/** What a function does with a payload and the services it was given. */
export type Work<Services> = (payload: Payload, services: Services) => Promise<unknown>;

/** The services of one call, e.g. bounded by its deadline. */
export type Wiring<Services> = (invocation: Invocation) => Services;

/** Where a function's time comes from and its lines go. */
export interface Surroundings {
  readonly now: () => number;
  readonly write: (line: string) => void;
}

/** Not the console: Lambda's runtime would wrap the line into one of its own. */
const LAMBDA: Surroundings = { now: () => Date.now(), write: (line) => process.stdout.write(line) };

const LONGEST_MESSAGE = 2_000;
const OUR_NAMES: ReadonlySet<string> = new Set([...BUSINESS_ERROR_NAMES, ...RETRYABLE_ERROR_NAMES, ...BUG_ERROR_NAMES]);

/**
 * The edge of a function: one log line about how it ended, and errors that the definition can match.
 *
 * An error's message becomes the cause in the execution's history, so personal data is taken out of it here. A stranger's
 * error that happens to be named like one of ours is renamed, or the definition would take it for a business outcome.
 */
export function atBoundary<Services>(
  work: Work<Services>,
  wiring: Wiring<Services>,
  { now, write }: Surroundings = LAMBDA,
): Handler {
  return async (given, context) => {
    // A call by hand may send null.
    const event = (given as Payload | null) ?? {};
    const common = { function: context.functionName, requestId: context.awsRequestId, ...runOf(event) };
    const log = new JsonLog(common, now, write);
    const deadline = invocationDeadline(() => context.getRemainingTimeInMillis());
    const begun = now();
    const measured = (outcome: OutcomeClass) => outcomeMetric(outcome, now() - begun, now());
    try {
      const result = await work(event, wiring({ requestId: context.awsRequestId, log, deadline }));
      log.info('done', measured('success'));
      return result;
    } catch (error) {
      const reported = transported(error, personalTexts(event['order']));
      const outcome = outcomeClass(error);
      const fields = { error: reported.name, cause: reported.message, ...measured(outcome) };
      if (outcome === 'business') log.warn('refused', fields);
      else log.error('failed', fields);
      throw reported;
    }
  };
}

/** The error as it may leave the function: its name as Step Functions shall match it, its texts without personal data. */
export function transported(error: unknown, personal: readonly string[]): Error {
  const thrown = error instanceof Error ? error : new Error(spoken(error));
  const strange = !isWorkflowError(thrown) && OUR_NAMES.has(thrown.name);
  // Our own sentences name ids and amounts only, but faults of a document quote what stands in it.
  const harmless = isWorkflowError(thrown) && thrown.name !== 'ValidationError';
  const message = harmless ? thrown.message : redact(thrown.message, personal);
  const reported = new Error(message.slice(0, LONGEST_MESSAGE));
  reported.name = strange ? `Unexpected.${thrown.name}` : thrown.name;
  const frames = (thrown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  reported.stack = [`${reported.name}: ${reported.message}`, ...frames].join('\n');
  return reported;
}

/** What was thrown in place of an error; not every object can be turned into a text. */
function spoken(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return typeof thrown;
  }
}
