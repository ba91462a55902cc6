import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { TransientDependencyError } from '../domain/errors.js';
import type { Messages, OutgoingMessage } from '../ports/messages.js';
import type { Deadline } from './deadline.js';
import { asDependencyError } from './dependency-error.js';

export interface Topics {
  readonly confirmations: string;
  readonly customerNotices: string;
}

/** Messages to customers as SNS notifications; whoever subscribes knows how to reach the user. */
export class SnsMessages implements Messages {
  constructor(
    private readonly client: SNSClient,
    private readonly topics: Topics,
    private readonly deadline: Deadline,
  ) {}

  confirm(message: OutgoingMessage): Promise<string> {
    return this.#publish(this.topics.confirmations, message);
  }

  notify(message: OutgoingMessage): Promise<string> {
    return this.#publish(this.topics.customerNotices, message);
  }

  async #publish(topicArn: string, { notice, ...message }: OutgoingMessage): Promise<string> {
    const command = new PublishCommand({
      TopicArn: topicArn,
      Subject: notice.subject,
      Message: JSON.stringify({ ...message, ...notice }),
      MessageAttributes: { dedupeId: { DataType: 'String', StringValue: message.dedupeId } },
    });
    try {
      const { MessageId: id } = await this.client.send(command, { abortSignal: this.deadline.signal() });
      if (id === undefined) throw new TransientDependencyError('SNS did not say which message it took');
      return id;
    } catch (error) {
      throw asDependencyError('SNS', error);
    }
  }
}
