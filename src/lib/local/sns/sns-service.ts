import type { LocalSources, WireResponse, WireService } from '../ports.js';
import { inTransaction, type Database } from '../store/database.js';
import { AwsError } from '../wire/aws-error.js';
import {
  numbered,
  queryParameters,
  xmlAnswer,
  xmlError,
  type QueryParameters,
  type XmlElements,
} from './query-protocol.js';
import { addMessage, ensureTopic, topicArns, topicExists } from './topic-store.js';

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';
/** Bytes of message and attributes together. */
const LARGEST_MESSAGE = 262_144;
const MOST_IN_BATCH = 10;

type Operation = (parameters: QueryParameters) => XmlElements;

/** SNS's query API: topics that keep what is published. There are no subscriptions and no deliveries. */
export function createSnsService(database: Database.Database, sources: LocalSources): WireService {
  const publish = (topic: string, parameters: QueryParameters): string => {
    const message = readMessage(parameters);
    const messageId = sources.uuid();
    addMessage(database, { topicArn: topic, messageId, publishedAt: sources.now(), ...message });
    return messageId;
  };

  const operations: Readonly<Record<string, Operation>> = {
    CreateTopic: (parameters) => {
      const name = parameters['Name'] ?? '';
      if (!/^[A-Za-z0-9_-]{1,256}$/.test(name)) throw new AwsError('InvalidParameter', 'Invalid parameter: Topic Name');
      return { TopicArn: ensureTopic(database, name, sources.now()) };
    },
    ListTopics: () => ({ Topics: { member: topicArns(database).map((TopicArn) => ({ TopicArn })) } }),
    GetTopicAttributes: (parameters) => {
      const arn = existingTopic(database, parameters);
      const attributes = { TopicArn: arn, Owner: '000000000000', DisplayName: '', SubscriptionsConfirmed: '0' };
      return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
    },
    Publish: (parameters) => ({ MessageId: publish(existingTopic(database, parameters), parameters) }),
    PublishBatch: (parameters) => {
      const topic = existingTopic(database, parameters);
      const entries = numbered(parameters, 'PublishBatchRequestEntries.member');
      requireBatch(entries);
      const published = entries.map((entry) => ({ Id: entry['Id'] ?? '', MessageId: publish(topic, entry) }));
      return { Successful: { member: published }, Failed: '' };
    },
  };

  return (request) => {
    const parameters = queryParameters(request);
    const action = parameters['Action'];
    if (action === undefined || parameters['Version'] !== '2010-03-31') return undefined;
    return Promise.resolve(answer(action, parameters));
  };

  function answer(action: string, parameters: QueryParameters): WireResponse {
    const requestId = sources.uuid();
    try {
      const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
      if (operation === undefined) {
        throw new AwsError('InvalidAction', `The local environment does not offer the SNS operation ${action}.`);
      }
      return xmlAnswer(
        action,
        NAMESPACE,
        inTransaction(database, () => operation(parameters)),
        requestId,
      );
    } catch (error) {
      if (error instanceof AwsError) return xmlError(error, NAMESPACE, requestId);
      throw error;
    }
  }
}

function existingTopic(database: Database.Database, parameters: QueryParameters): string {
  const arn = parameters['TopicArn'] ?? parameters['TargetArn'];
  if (arn === undefined)
    throw new AwsError(
      'InvalidParameter',
      'Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter',
    );
  if (!/^arn:[^:]+:sns:[^:]+:\d{12}:[A-Za-z0-9_-]+$/.test(arn)) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: TopicArn');
  }
  if (!topicExists(database, arn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
  return arn;
}

function readMessage(parameters: QueryParameters): {
  message: string;
  subject?: string;
  attributes: Record<string, string>;
} {
  const message = parameters['Message'] ?? '';
  if (message === '') throw new AwsError('InvalidParameter', 'Invalid parameter: Empty message');
  const subject = parameters['Subject'];
  // AWS: at most 100 printable ASCII characters, and the first is a letter, number or punctuation mark.
  if (subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(subject)) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Subject');
  }
  const attributes = Object.fromEntries(
    numbered(parameters, 'MessageAttributes.entry').map((entry) => [
      entry['Name'] ?? '',
      entry['Value.StringValue'] ?? entry['Value.BinaryValue'] ?? '',
    ]),
  );
  if (Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(attributes)) > LARGEST_MESSAGE) {
    throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
  }
  return { message, attributes, ...(subject === undefined ? {} : { subject }) };
}

function requireBatch(entries: readonly QueryParameters[]): void {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > MOST_IN_BATCH)
    throw new AwsError('TooManyEntriesInBatchRequest', 'The batch request contains more entries than permissible.');
  if (new Set(entries.map((entry) => entry['Id'])).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
}
