import { stubArn } from './place.js';
import { Entries } from './query-protocol.js';
import { found, Tags, textOf, type Input, type Service } from './service.js';

type Attributes = Record<string, string>;

export function topicsService(): Service {
  const topics = new Map<string, Attributes>();
  const subscriptions = new Map<string, Attributes>();
  const tags = new Tags();
  const topicOf = ({ TopicArn }: Input): Attributes => found(topics, TopicArn, 'NotFound', 404);
  return {
    scope: 'sns',
    protocol: 'query',
    state: { topics, subscriptions },
    operations: {
      CreateTopic: (input) => {
        const arn = stubArn('sns', String(input['Name']));
        topics.set(arn, {
          TopicArn: arn,
          Owner: arn.split(':')[4] ?? '',
          DisplayName: '',
          Policy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
          SubscriptionsConfirmed: '0',
          SubscriptionsPending: '0',
          SubscriptionsDeleted: '0',
          ...attributesOf(input['Attributes']),
        });
        tags.add(arn, input['Tags']);
        return { TopicArn: arn };
      },
      GetTopicAttributes: (input) => ({ Attributes: new Entries(topicOf(input)) }),
      SetTopicAttributes: (input) => {
        topicOf(input)[String(input['AttributeName'])] = textOf(input['AttributeValue']);
      },
      DeleteTopic: (input) => void topics.delete(String(input['TopicArn'])),
      ListTagsForResource: (input) => ({ Tags: tags.list(input['ResourceArn']) }),
      TagResource: (input) => tags.add(input['ResourceArn'], input['Tags']),
      UntagResource: (input) => tags.remove(input['ResourceArn'], input['TagKeys']),
      Subscribe: (input) => {
        const arn = `${String(input['TopicArn'])}:stub-${subscriptions.size + 1}`;
        subscriptions.set(arn, {
          SubscriptionArn: arn,
          TopicArn: String(input['TopicArn']),
          Protocol: String(input['Protocol']),
          Endpoint: String(input['Endpoint']),
          Owner: arn.split(':')[4] ?? '',
          PendingConfirmation: 'true',
          ConfirmationWasAuthenticated: 'false',
          RawMessageDelivery: 'false',
        });
        return { SubscriptionArn: arn };
      },
      GetSubscriptionAttributes: (input) => ({
        Attributes: new Entries(found(subscriptions, input['SubscriptionArn'], 'NotFound', 404)),
      }),
      Unsubscribe: (input) => void subscriptions.delete(String(input['SubscriptionArn'])),
    },
  };
}

function attributesOf(entries: unknown): Attributes {
  const list = Array.isArray(entries) ? (entries as readonly { key: string; value: string }[]) : [];
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}
