import { SNSClient } from '@aws-sdk/client-sns';
import { SnsMessages } from '../adapters/sns-messages.js';
import type { Messages } from '../ports/messages.js';
import { CLIENT_OPTIONS, keptWhile } from './aws-clients.js';
import type { Invocation } from './boundary.js';
import { awsPlace, topics } from './environment.js';

const client = keptWhile(awsPlace, () => new SNSClient({ ...CLIENT_OPTIONS }));

export function messagesOf({ deadline }: Invocation): Messages {
  return new SnsMessages(client(), topics, deadline);
}
