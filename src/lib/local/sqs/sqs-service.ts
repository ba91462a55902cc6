import type { LocalSources, WireRequest, WireService } from '../ports.js';
import { inTransaction, type Database } from '../store/database.js';
import { AwsError } from '../wire/aws-error.js';
import { createAwsJsonService, type JsonObject, type Operations } from '../wire/aws-json-service.js';
import { attributesDigest, bodyDigest } from './message-digest.js';
import {
  addQueuedMessage,
  changeVisibility,
  DEFAULT_VISIBILITY_SECONDS,
  deleteMessage,
  deleteQueue,
  dropMessages,
  ensureQueue,
  hideMessage,
  queueNamed,
  queueNames,
  readQueueMessages,
  visibleMessages,
  type MessageAttribute,
  type Queue,
  type QueuedMessage,
} from './queue-store.js';

const LARGEST_MESSAGE = 1_048_576;
const DEFAULT_RETENTION_SECONDS = 345_600;
const MOST_RECEIVED = 10;
const ERROR_NAMESPACE = 'com.amazonaws.sqs';

/** @param origin where the queue is; AWS's address for whoever asks inside the process. */
export function queueUrl(name: string, origin = 'https://sqs.us-east-1.amazonaws.com'): string {
  return `${origin}/000000000000/${name}`;
}

/** Some SDKs send their requests to the queue's address: it must be the one they reached us by, or they end up at AWS. */
function originOf(request: WireRequest): string | undefined {
  const host = request.headers['host'] ?? '';
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host) ? `http://${host}` : undefined;
}

/**
 * SQS's JSON API: standard queues with visibility timeouts. ReceiveMessage answers at once (no long polling), and there
 * are no FIFO queues and no dead-letter redrive.
 */
export function createSqsService(database: Database.Database, sources: LocalSources): WireService {
  const protocol = { target: 'AmazonSQS', version: '1.0', errorNamespace: ERROR_NAMESPACE } as const;
  return (request) =>
    createAwsJsonService(protocol, queueOperations(database, sources, originOf(request)), sources)(request);
}

function queueOperations(database: Database.Database, sources: LocalSources, origin: string | undefined): Operations {
  const one = (perform: (input: JsonObject) => object) => (input: JsonObject) =>
    inTransaction(database, () => perform(input));

  const send = (queue: Queue, input: JsonObject): object => {
    const body = input['MessageBody'];
    if (typeof body !== 'string' || body === '') throw missing('MessageBody');
    if (Buffer.byteLength(body) > LARGEST_MESSAGE) {
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${LARGEST_MESSAGE} bytes.`,
      );
    }
    const attributes = (input['MessageAttributes'] ?? {}) as Record<string, MessageAttribute>;
    const now = sources.now();
    const delay = seconds(input['DelaySeconds'] ?? queue.attributes['DelaySeconds'] ?? 0, 'DelaySeconds', 900);
    const messageId = sources.uuid();
    addQueuedMessage(database, queue.name, { messageId, body, attributes, sentAt: now, visibleAt: now + delay * 1000 });
    return {
      MessageId: messageId,
      MD5OfMessageBody: bodyDigest(body),
      MD5OfMessageAttributes: attributesDigest(attributes),
    };
  };

  return {
    CreateQueue: one((input) => {
      const name = input['QueueName'];
      if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
        throw invalid('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
      }
      const attributes = (input['Attributes'] ?? {}) as Record<string, string>;
      const present = queueNamed(database, name);
      if (
        present !== undefined &&
        Object.entries(attributes).some(([key, value]) => present.attributes[key] !== value)
      ) {
        throw failure(
          'QueueNameExists',
          'A queue already exists with the same name and a different value for attributes',
        );
      }
      ensureQueue(database, name, sources.now(), attributes);
      return { QueueUrl: queueUrl(name, origin) };
    }),
    DeleteQueue: one((input) => {
      deleteQueue(database, existingQueue(database, input).name);
      return {};
    }),
    GetQueueUrl: one((input) => {
      const name = String(input['QueueName']);
      if (queueNamed(database, name) === undefined) throw noQueue();
      return { QueueUrl: queueUrl(name, origin) };
    }),
    ListQueues: one((input) => {
      const prefix = typeof input['QueueNamePrefix'] === 'string' ? input['QueueNamePrefix'] : '';
      const names = queueNames(database).filter((name) => name.startsWith(prefix));
      return names.length === 0 ? {} : { QueueUrls: names.map((name) => queueUrl(name, origin)) };
    }),
    GetQueueAttributes: one((input) => queueAttributes(database, existingQueue(database, input), input, sources.now())),
    PurgeQueue: one((input) => {
      dropMessages(database, existingQueue(database, input).name);
      return {};
    }),
    SendMessage: one((input) => send(existingQueue(database, input), input)),
    SendMessageBatch: one((input) => {
      const queue = existingQueue(database, input);
      const entries = (Array.isArray(input['Entries']) ? input['Entries'] : []) as JsonObject[];
      if (entries.length === 0)
        throw failure('EmptyBatchRequest', 'There should be at least one SendMessageBatchRequestEntry in the request.');
      return { Successful: entries.map((entry) => ({ Id: entry['Id'], ...send(queue, entry) })), Failed: [] };
    }),
    ReceiveMessage: one((input) => {
      const queue = existingQueue(database, input);
      const now = sources.now();
      const count = input['MaxNumberOfMessages'] ?? 1;
      if (typeof count !== 'number' || count < 1 || count > MOST_RECEIVED) {
        throw invalid(
          `Value ${JSON.stringify(count)} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and ${MOST_RECEIVED}, if provided.`,
        );
      }
      dropMessages(
        database,
        queue.name,
        now - Number(queue.attributes['MessageRetentionPeriod'] ?? DEFAULT_RETENTION_SECONDS) * 1000,
      );
      const hidden = visibilitySeconds(input['VisibilityTimeout'] ?? queue.attributes['VisibilityTimeout']);
      const messages = visibleMessages(database, queue.name, now, count).map((message) => {
        const receipt = sources.uuid();
        hideMessage(database, message.number, receipt, now, now + hidden * 1000);
        return received(message, receipt, now, input);
      });
      return messages.length === 0 ? {} : { Messages: messages };
    }),
    DeleteMessage: one((input) => {
      deleteMessage(database, existingQueue(database, input).name, receiptOf(input));
      return {};
    }),
    ChangeMessageVisibility: one((input) => {
      const until = sources.now() + visibilitySeconds(input['VisibilityTimeout']) * 1000;
      if (!changeVisibility(database, existingQueue(database, input).name, receiptOf(input), until)) {
        throw failure('MessageNotInflight', 'The specified message is not in flight.');
      }
      return {};
    }),
  };
}

function received(message: QueuedMessage, receipt: string, now: number, input: JsonObject): object {
  const system: Record<string, string> = {
    SenderId: '000000000000',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.received + 1),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? now),
  };
  const wantedSystem = namesIn(input['MessageSystemAttributeNames'], input['AttributeNames']);
  const wanted = namesIn(input['MessageAttributeNames']);
  const shownSystem = Object.fromEntries(Object.entries(system).filter(([name]) => selects(wantedSystem, name)));
  const shown = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => selects(wanted, name)));
  return {
    MessageId: message.messageId,
    ReceiptHandle: receipt,
    Body: message.body,
    MD5OfBody: bodyDigest(message.body),
    ...(Object.keys(shownSystem).length === 0 ? {} : { Attributes: shownSystem }),
    ...(Object.keys(shown).length === 0
      ? {}
      : { MessageAttributes: shown, MD5OfMessageAttributes: attributesDigest(shown) }),
  };
}

function namesIn(...lists: readonly unknown[]): readonly string[] {
  return lists.flatMap((list) => (Array.isArray(list) ? list.map(String) : []));
}

function selects(wanted: readonly string[], name: string): boolean {
  return wanted.some(
    (one) => one === 'All' || one === '.*' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -1))),
  );
}

function queueAttributes(database: Database.Database, queue: Queue, input: JsonObject, now: number): object {
  const messages = readQueueMessages(database, queue.name);
  const visible = messages.filter((message) => message.visibleAt <= now).length;
  const delayed = messages.filter((message) => message.visibleAt > now && message.received === 0).length;
  const all: Record<string, string> = {
    VisibilityTimeout: String(DEFAULT_VISIBILITY_SECONDS),
    MessageRetentionPeriod: String(DEFAULT_RETENTION_SECONDS),
    DelaySeconds: '0',
    ...queue.attributes,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(messages.length - visible - delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    QueueArn: `arn:aws:sqs:us-east-1:000000000000:${queue.name}`,
  };
  const wanted = namesIn(input['AttributeNames']);
  const attributes = Object.fromEntries(Object.entries(all).filter(([name]) => selects(wanted, name)));
  return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
}

function existingQueue(database: Database.Database, input: JsonObject): Queue {
  const url = input['QueueUrl'];
  if (typeof url !== 'string') throw missing('QueueUrl');
  const queue = queueNamed(database, url.split('/').at(-1) ?? '');
  if (queue === undefined) throw noQueue();
  return queue;
}

function receiptOf(input: JsonObject): string {
  const receipt = input['ReceiptHandle'];
  if (typeof receipt !== 'string') throw missing('ReceiptHandle');
  return receipt;
}

function visibilitySeconds(value: unknown): number {
  return seconds(value ?? DEFAULT_VISIBILITY_SECONDS, 'VisibilityTimeout', 43_200);
}

function seconds(value: unknown, parameter: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  throw invalid(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: Must be between 0 and ${most}.`);
}

function failure(name: string, message: string): AwsError {
  return new AwsError(name, message);
}

function noQueue(): AwsError {
  return failure('QueueDoesNotExist', 'The specified queue does not exist.');
}

function invalid(message: string): AwsError {
  return failure('InvalidParameterValue', message);
}

function missing(parameter: string): AwsError {
  return failure('MissingParameter', `The request must contain the parameter ${parameter}.`);
}
