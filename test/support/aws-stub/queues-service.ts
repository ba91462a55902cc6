import { STUB_ACCOUNT, STUB_REGION, stubArn } from './place.js';
import { found, Tags, type Input, type Service } from './service.js';

const NO_QUEUE = ['com.amazonaws.sqs#QueueDoesNotExist', 400, 'AWS.SimpleQueueService.NonExistentQueue'] as const;

export function queuesService(): Service {
  const queues = new Map<string, Record<string, string>>();
  const tags = new Tags();
  const queueOf = ({ QueueUrl }: Input): Record<string, string> => found(queues, QueueUrl, ...NO_QUEUE);
  return {
    scope: 'sqs',
    target: 'AmazonSQS',
    protocol: 'json',
    state: { queues },
    operations: {
      CreateQueue: (input) => {
        const name = String(input['QueueName']);
        const url = `https://sqs.${STUB_REGION}.amazonaws.com/${STUB_ACCOUNT}/${name}`;
        queues.set(url, {
          QueueArn: stubArn('sqs', name),
          DelaySeconds: '0',
          MaximumMessageSize: '262144',
          MessageRetentionPeriod: '345600',
          ReceiveMessageWaitTimeSeconds: '0',
          VisibilityTimeout: '30',
          SqsManagedSseEnabled: 'true',
          ...(input['Attributes'] as Record<string, string> | undefined),
        });
        tags.add(url, input['tags']);
        return { QueueUrl: url };
      },
      GetQueueUrl: (input) => {
        const url = `https://sqs.${STUB_REGION}.amazonaws.com/${STUB_ACCOUNT}/${String(input['QueueName'])}`;
        found(queues, url, ...NO_QUEUE);
        return { QueueUrl: url };
      },
      GetQueueAttributes: (input) => ({ Attributes: { ...queueOf(input) } }),
      SetQueueAttributes: (input) => {
        const queue = queueOf(input);
        for (const [name, value] of Object.entries((input['Attributes'] ?? {}) as Record<string, string>)) {
          if (value === '') delete queue[name];
          else queue[name] = value;
        }
      },
      DeleteQueue: (input) => void queues.delete(String(input['QueueUrl'])),
      ListQueueTags: (input) => ({ Tags: tags.record(input['QueueUrl']) }),
      TagQueue: (input) => tags.add(input['QueueUrl'], input['Tags']),
      UntagQueue: (input) => tags.remove(input['QueueUrl'], input['TagKeys']),
    },
  };
}
