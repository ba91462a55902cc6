import { invocationDeadline, type Deadline } from '../adapters/deadline.js';
import { JsonLog } from '../adapters/json-log.js';
import {
  BUSINESS_ERROR_NAMES,
  RETRYABLE_ERROR_NAMES,
  BUG_ERROR_NAMES,
  BusinessError,
  isWorkflowError,
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

export type Handler = (event: Payload, context: LambdaContext) => Promise<unknown>;

const LONGEST_MESSAGE = 2_000;
const OUR_NAMES: ReadonlySet<string> = new Set([...BUSINESS_ERROR_NAMES, ...RETRYABLE_ERROR_NAMES, ...BUG_ERROR_NAMES]);

/**
 * The edge of a function: one log line about how it ended, and errors that the definition can match.
 *
 * An error's message becomes the cause in the execution's history, so personal data is taken out of it here. A stranger's
 * error that happens to be named like one of ours is renamed, or the definition would take it for a business outcome.
 */
export function atBoundary(work: (payload: Payload, invocation: Invocation) => Promise<unknown>): Handler {
  return async (event, context) => {
    const log = new JsonLog({ function: context.functionName, requestId: context.awsRequestId, ...runOf(event) }, () =>
      Date.now(),
    );
    const deadline = invocationDeadline(() => context.getRemainingTimeInMillis());
    const begun = Date.now();
    try {
      const result = await work(event, { requestId: context.awsRequestId, log, deadline });
      log.info('done', { durationMs: Date.now() - begun });
      return result;
    } catch (error) {
      const reported = transported(error, personalTexts(event['order']));
      const fields = { error: reported.name, cause: reported.message, durationMs: Date.now() - begun };
      if (error instanceof BusinessError) log.warn('refused', fields);
      else log.error('failed', fields);
      throw reported;
    }
  };
}

/** The error as it may leave the function: its name as Step Functions shall match it, its texts without personal data. */
export function transported(error: unknown, personal: readonly string[]): Error {
  const thrown = error instanceof Error ? error : new Error(String(error));
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
