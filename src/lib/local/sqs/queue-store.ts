import type { Database } from '../store/database.js';
import { prepared } from '../store/prepared.js';

export const sqsSchema = `
CREATE TABLE IF NOT EXISTS sqs_queues (
  name TEXT PRIMARY KEY, attributes TEXT NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sqs_messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
  attributes TEXT NOT NULL, sent_at INTEGER NOT NULL, visible_at INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER, receipt TEXT
);
CREATE INDEX IF NOT EXISTS sqs_messages_by_queue ON sqs_messages (queue, visible_at);
`;

export interface Queue {
  readonly name: string;
  /** As CreateQueue got them: texts, times in seconds. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

/** A message in a queue; times in epoch milliseconds. */
export interface QueuedMessage {
  readonly number: number;
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAt: number;
  /** Hidden before: it was received or is delayed. */
  readonly visibleAt: number;
  /** How often it was received. */
  readonly received: number;
  readonly firstReceivedAt?: number;
}

/** Seconds a received message is hidden, unless the queue or the request says otherwise. */
export const DEFAULT_VISIBILITY_SECONDS = 30;

/** Makes a queue that is not there yet. */
export function ensureQueue(
  database: Database.Database,
  name: string,
  now: number,
  attributes: Readonly<Record<string, string>> = {},
): void {
  prepared(database, 'INSERT OR IGNORE INTO sqs_queues VALUES (?, ?, ?)').run(name, JSON.stringify(attributes), now);
}

export function queueNamed(database: Database.Database, name: string): Queue | undefined {
  const row = prepared(database, 'SELECT * FROM sqs_queues WHERE name = ?').get(name) as
    { name: string; attributes: string; created_at: number } | undefined;
  if (row === undefined) return undefined;
  return { name, attributes: JSON.parse(row.attributes) as Record<string, string>, createdAt: row.created_at };
}

export function queueNames(database: Database.Database): readonly string[] {
  return (prepared(database, 'SELECT name FROM sqs_queues ORDER BY name').all() as { name: string }[]).map(
    ({ name }) => name,
  );
}

export function addQueuedMessage(
  database: Database.Database,
  queue: string,
  message: Pick<QueuedMessage, 'messageId' | 'body' | 'attributes' | 'sentAt' | 'visibleAt'>,
): void {
  prepared(
    database,
    'INSERT INTO sqs_messages (queue, message_id, body, attributes, sent_at, visible_at) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(queue, message.messageId, message.body, JSON.stringify(message.attributes), message.sentAt, message.visibleAt);
}

/** Messages that can be received now, oldest first. */
export function visibleMessages(
  database: Database.Database,
  queue: string,
  now: number,
  count: number,
): readonly QueuedMessage[] {
  const sql = 'SELECT * FROM sqs_messages WHERE queue = ? AND visible_at <= ? ORDER BY number LIMIT ?';
  return (prepared(database, sql).all(queue, now, count) as MessageRow[]).map(messageOf);
}

/** All messages of a queue, hidden ones too, oldest first. */
export function readQueueMessages(database: Database.Database, queue: string): readonly QueuedMessage[] {
  return (
    prepared(database, 'SELECT * FROM sqs_messages WHERE queue = ? ORDER BY number').all(queue) as MessageRow[]
  ).map(messageOf);
}

export function hideMessage(
  database: Database.Database,
  number: number,
  receipt: string,
  now: number,
  until: number,
): void {
  prepared(
    database,
    'UPDATE sqs_messages SET visible_at = ?, receipt = ?, received = received + 1, first_received_at = coalesce(first_received_at, ?) WHERE number = ?',
  ).run(until, receipt, now, number);
}

/** Changes when the message of a receipt is seen again. @returns whether there was one. */
export function changeVisibility(database: Database.Database, queue: string, receipt: string, until: number): boolean {
  const sql = 'UPDATE sqs_messages SET visible_at = ? WHERE queue = ? AND receipt = ?';
  return prepared(database, sql).run(until, queue, receipt).changes > 0;
}

export function deleteMessage(database: Database.Database, queue: string, receipt: string): void {
  prepared(database, 'DELETE FROM sqs_messages WHERE queue = ? AND receipt = ?').run(queue, receipt);
}

/** Drops messages that are older than the queue keeps them, or all. */
export function dropMessages(database: Database.Database, queue: string, sentBefore = Number.MAX_SAFE_INTEGER): void {
  prepared(database, 'DELETE FROM sqs_messages WHERE queue = ? AND sent_at < ?').run(queue, sentBefore);
}

export function deleteQueue(database: Database.Database, name: string): void {
  dropMessages(database, name);
  prepared(database, 'DELETE FROM sqs_queues WHERE name = ?').run(name);
}

interface MessageRow {
  readonly number: number;
  readonly message_id: string;
  readonly body: string;
  readonly attributes: string;
  readonly sent_at: number;
  readonly visible_at: number;
  readonly received: number;
  readonly first_received_at: number | null;
}

function messageOf(row: MessageRow): QueuedMessage {
  return {
    number: row.number,
    messageId: row.message_id,
    body: row.body,
    attributes: JSON.parse(row.attributes) as Record<string, MessageAttribute>,
    sentAt: row.sent_at,
    visibleAt: row.visible_at,
    received: row.received,
    ...(row.first_received_at === null ? {} : { firstReceivedAt: row.first_received_at }),
  };
}
