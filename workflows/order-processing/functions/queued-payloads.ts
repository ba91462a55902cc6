import type { Handler } from './boundary.js';
import type { Payload } from './payload.js';

/** What Lambda hands over of a message in a queue; the part that we use. */
interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly attributes?: { readonly ApproximateReceiveCount?: string };
}

/**
 * A handler that also takes what the workflow's QueueConfirmation put into its queue, through an event source mapping with
 * ReportBatchItemFailures: messages that fail again stay in the queue, and go to its dead-letter queue in the end.
 */
export function alsoFromQueue(handler: Handler): Handler {
  return async (event, context) => {
    const records = (event as Payload | null)?.['Records'];
    if (!Array.isArray(records)) return handler(event, context);
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const message of records as readonly QueuedMessage[]) {
      try {
        await handler(payloadOf(message), context);
      } catch {
        // The handler has logged why.
        batchItemFailures.push({ itemIdentifier: message.messageId });
      }
    }
    return { batchItemFailures };
  };
}

/** A body that is no JSON becomes a payload without fields, which the function refuses and logs as any other misfit. */
function payloadOf({ body, attributes }: QueuedMessage): Payload {
  const { executionArn, ...fields } = parsed(body);
  const received = Number(attributes?.ApproximateReceiveCount ?? 1);
  return { ...fields, run: { arn: executionArn, state: 'QueueConfirmation', retry: received - 1, redrive: 0 } };
}

function parsed(body: string): Payload {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? (value as Payload) : {};
  } catch {
    return {};
  }
}
