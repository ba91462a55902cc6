import type { Database } from '../store/database.js';
import { prepared } from '../store/prepared.js';

export const snsSchema = `
CREATE TABLE IF NOT EXISTS sns_topics (arn TEXT PRIMARY KEY, created_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sns_messages (
  number INTEGER PRIMARY KEY AUTOINCREMENT, topic_arn TEXT NOT NULL, message_id TEXT NOT NULL, subject TEXT,
  message TEXT NOT NULL, attributes TEXT NOT NULL, published_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS sns_messages_by_topic ON sns_messages (topic_arn, number);
`;

/** A message that was published; nobody subscribes here, so the box keeps all of them. */
export interface PublishedMessage {
  readonly topicArn: string;
  readonly messageId: string;
  readonly subject?: string;
  readonly message: string;
  /** Attribute name -> text (binary as base64). */
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
}

export function topicArn(name: string): string {
  return `arn:aws:sns:us-east-1:000000000000:${name}`;
}

/** Makes a topic that is not there yet. @returns its ARN. */
export function ensureTopic(database: Database.Database, name: string, now: number): string {
  const arn = topicArn(name);
  prepared(database, 'INSERT OR IGNORE INTO sns_topics VALUES (?, ?)').run(arn, now);
  return arn;
}

export function topicExists(database: Database.Database, arn: string): boolean {
  return prepared(database, 'SELECT 1 FROM sns_topics WHERE arn = ?').get(arn) !== undefined;
}

export function topicArns(database: Database.Database): readonly string[] {
  const rows = prepared(database, 'SELECT arn FROM sns_topics ORDER BY arn').all() as { arn: string }[];
  return rows.map(({ arn }) => arn);
}

export function addMessage(database: Database.Database, message: PublishedMessage): void {
  prepared(
    database,
    'INSERT INTO sns_messages (topic_arn, message_id, subject, message, attributes, published_at) VALUES (?, ?, ?, ?, ?, ?)',
  ).run(
    message.topicArn,
    message.messageId,
    message.subject ?? null,
    message.message,
    JSON.stringify(message.attributes),
    message.publishedAt,
  );
}

/** What was published to a topic, oldest first. */
export function readTopicMessages(database: Database.Database, arn: string): readonly PublishedMessage[] {
  const rows = prepared(database, 'SELECT * FROM sns_messages WHERE topic_arn = ? ORDER BY number').all(
    arn,
  ) as MessageRow[];
  return rows.map((row) => ({
    topicArn: row.topic_arn,
    messageId: row.message_id,
    ...(row.subject === null ? {} : { subject: row.subject }),
    message: row.message,
    attributes: JSON.parse(row.attributes) as Record<string, string>,
    publishedAt: row.published_at,
  }));
}

interface MessageRow {
  readonly topic_arn: string;
  readonly message_id: string;
  readonly subject: string | null;
  readonly message: string;
  readonly attributes: string;
  readonly published_at: number;
}
