import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSecret, secretArn, secretsSchema } from '../../../src/lib/local/secrets/secret-store.js';
import { createSecretsService } from '../../../src/lib/local/secrets/secrets-service.js';
import { createSnsService } from '../../../src/lib/local/sns/sns-service.js';
import { readTopicMessages, snsSchema } from '../../../src/lib/local/sns/topic-store.js';
import { readQueueMessages, sqsSchema } from '../../../src/lib/local/sqs/queue-store.js';
import { createSqsService } from '../../../src/lib/local/sqs/sqs-service.js';
import { serveServices, type ServedServices } from './served-services.js';

let served: ServedServices;
let sns: SNSClient;
let sqs: SQSClient;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  served = await serveServices([snsSchema, sqsSchema, secretsSchema], (database, sources) => [
    createSqsService(database, sources),
    createSecretsService(database, sources),
    createSnsService(database, sources),
  ]);
  sns = new SNSClient(served.client);
  sqs = new SQSClient(served.client);
  secrets = new SecretsManagerClient(served.client);
});
afterAll(async () => {
  for (const client of [sns, sqs, secrets]) client.destroy();
  await served.close();
});

const refusal = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => `${(error as Error).name}: ${(error as Error).message}`,
  );

describe('SNS', () => {
  it('keeps what is published, with subject and attributes', async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'news' }));
    expect(TopicArn).toBe('arn:aws:sns:us-east-1:000000000000:news');
    expect((await sns.send(new CreateTopicCommand({ Name: 'news' }))).TopicArn).toBe(TopicArn);
    const text = 'Grüße & <tags> "quoted"\n\u0007';
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn,
        Message: text,
        Subject: 'Your order',
        MessageAttributes: {
          dedupe: { DataType: 'String', StringValue: 'o1' },
          n: { DataType: 'Number', StringValue: '2' },
        },
      }),
    );
    expect(readTopicMessages(served.database, TopicArn ?? '')).toEqual([
      {
        topicArn: TopicArn,
        messageId: MessageId,
        subject: 'Your order',
        message: text,
        attributes: { dedupe: 'o1', n: '2' },
        publishedAt: served.sources.now(),
      },
    ]);
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes).toMatchObject({
      TopicArn,
      Owner: '000000000000',
    });
  });

  it('publishes batches', async () => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'batches' }));
    const result = await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: '1' },
          { Id: 'b', Message: '2' },
        ],
      }),
    );
    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['a', 'b']);
    expect(readTopicMessages(served.database, TopicArn ?? '').map(({ message }) => message)).toEqual(['1', '2']);
  });

  it('refuses', async () => {
    const TopicArn = 'arn:aws:sns:us-east-1:000000000000:none';
    expect(await refusal(sns.send(new PublishCommand({ TopicArn, Message: 'x' })))).toBe(
      'NotFoundException: Topic does not exist',
    );
    expect(await refusal(sns.send(new PublishCommand({ TopicArn: 'news', Message: 'x' })))).toContain(
      'Invalid parameter: TopicArn',
    );
    const news = 'arn:aws:sns:us-east-1:000000000000:news';
    expect(await refusal(sns.send(new PublishCommand({ TopicArn: news, Message: '' })))).toContain('Empty message');
    expect(
      await refusal(sns.send(new PublishCommand({ TopicArn: news, Message: 'x', Subject: 'two\nlines' }))),
    ).toContain('Invalid parameter: Subject');
    expect(await refusal(sns.send(new PublishCommand({ TopicArn: news, Message: 'x'.repeat(262_145) })))).toContain(
      'Message too long',
    );
  });
});

describe('SQS', () => {
  const receive = async (QueueUrl: string | undefined, more: object = {}): Promise<Message[]> =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];

  it('hides a message while it is worked on, gives it again, and forgets it when deleted', async () => {
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'retries', Attributes: { VisibilityTimeout: '60' } }),
    );
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'retries' }))).QueueUrl).toBe(QueueUrl);
    expect(QueueUrl).toBe(`${served.url}/000000000000/retries`);
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: '{"a":1}',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'ü' } },
      }),
    );
    const [first] = await receive(QueueUrl, {
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    expect(first).toMatchObject({
      Body: '{"a":1}',
      Attributes: { ApproximateReceiveCount: '1' },
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'ü' } },
    });
    expect(await receive(QueueUrl)).toEqual([]);
    const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(attributes.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '60',
    });
    served.sources.advance(60_000);
    const [second] = await receive(QueueUrl, { MessageSystemAttributeNames: ['All'] });
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const [third] = await receive(QueueUrl);
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: third?.ReceiptHandle }));
    served.sources.advance(60_000);
    expect(await receive(QueueUrl)).toEqual([]);
  });

  it('delays, purges and forgets after the retention period', async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'slow' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 10 }));
    expect(await receive(QueueUrl)).toEqual([]);
    served.sources.advance(10_000);
    expect((await receive(QueueUrl)).map(({ Body }) => Body)).toEqual(['later']);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'more' }));
    expect(readQueueMessages(served.database, 'slow').map(({ body }) => body)).toEqual(['later', 'more']);
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await receive(QueueUrl)).toEqual([]);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'old' }));
    served.sources.advance(5 * 24 * 3600 * 1000);
    expect(await receive(QueueUrl)).toEqual([]);
  });

  it('refuses', async () => {
    expect(await refusal(sqs.send(new GetQueueUrlCommand({ QueueName: 'none' })))).toBe(
      'QueueDoesNotExist: The specified queue does not exist.',
    );
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'slow' }));
    expect(await refusal(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '' })))).toContain('MessageBody');
    expect(await refusal(sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })))).toContain(
      'Must be between 1 and 10',
    );
  });
});

describe('Secrets Manager', () => {
  it('keeps the current and the previous version', async () => {
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'stripe', SecretString: 'one' }));
    expect(ARN).toBe(secretArn('stripe'));
    await secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: 'two' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'stripe', SecretString: 'three' }));
    const read = async (more: object): Promise<unknown> => {
      const { SecretString, VersionStages } = await secrets.send(new GetSecretValueCommand({ SecretId: ARN, ...more }));
      return [SecretString, VersionStages];
    };
    expect(await read({})).toEqual(['three', ['AWSCURRENT']]);
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toEqual(['two', ['AWSPREVIOUS']]);
    const partial = await secrets.send(new GetSecretValueCommand({ SecretId: ARN?.slice(0, -7) }));
    expect([partial.SecretString, partial.CreatedDate]).toEqual(['three', new Date(served.sources.now())]);
  });

  it('makes a secret once', async () => {
    const arn = ensureSecret(served.database, 'seed', '{"apiKey":"sk_test_1"}', 0, 'v1');
    expect(ensureSecret(served.database, 'seed', 'other', 0, 'v2')).toBe(arn);
    expect((await secrets.send(new GetSecretValueCommand({ SecretId: arn }))).SecretString).toBe(
      '{"apiKey":"sk_test_1"}',
    );
  });

  it('refuses', async () => {
    expect(await refusal(secrets.send(new GetSecretValueCommand({ SecretId: 'none' })))).toBe(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret.",
    );
    expect(await refusal(secrets.send(new CreateSecretCommand({ Name: 'stripe', SecretString: 'x' })))).toContain(
      'ResourceExistsException',
    );
    expect(
      await refusal(secrets.send(new GetSecretValueCommand({ SecretId: 'stripe', VersionStage: 'AWSPENDING' }))),
    ).toContain('AWSPENDING');
  });
});
