import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AttributeValue } from '../../src/lib/local/dynamodb/attribute-value.js';
import { plainItem } from '../../src/lib/local/dynamodb/plain-item.js';
import type { Carrier } from './outside-request.js';

/*
 * Clients that take the SDK's commands and send what the SDK would send, without its middleware: a run makes some thirty
 * requests, and there are hundreds of thousands of runs. The adapters behind the SDK itself are tested in
 * test/workflows/adapters.
 */

type Fields = Readonly<Record<string, unknown>>;

interface Command {
  readonly input: Fields;
}

const OPERATIONS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [GetCommand, 'GetItem'],
  [PutCommand, 'PutItem'],
  [UpdateCommand, 'UpdateItem'],
  [BatchGetCommand, 'BatchGetItem'],
  [TransactWriteCommand, 'TransactWriteItems'],
]);

/** Members that hold an item, a key or values, wherever they stand in a request. */
const ITEMS = new Set(['Item', 'Key', 'ExpressionAttributeValues']);

export function documentClient(carry: Carrier): DynamoDBDocumentClient {
  return {
    send: async (command: Command, { abortSignal }: { abortSignal?: object } = {}) => {
      const operation = OPERATIONS.get(command.constructor);
      if (operation === undefined) throw new Error(`${command.constructor.name} is not sent here`);
      const answer = await send(
        carry,
        abortSignal,
        'dynamodb',
        `DynamoDB_20120810.${operation}`,
        encoded(command.input),
      );
      const { Item, Attributes, Responses } = answer as {
        Item?: never;
        Attributes?: never;
        Responses?: Record<string, never[]>;
      };
      return {
        ...answer,
        ...(Item === undefined ? {} : { Item: plainItem(Item) }),
        ...(Attributes === undefined ? {} : { Attributes: plainItem(Attributes) }),
        ...(Responses === undefined
          ? {}
          : {
              Responses: Object.fromEntries(
                Object.entries(Responses).map(([table, rows]) => [table, rows.map(plainItem)]),
              ),
            }),
      };
    },
  } as unknown as DynamoDBDocumentClient;
}

export function secretsClient(carry: Carrier): SecretsManagerClient {
  return {
    send: ({ input }: Command, { abortSignal }: { abortSignal?: object } = {}) =>
      send(carry, abortSignal, 'secretsmanager', 'secretsmanager.GetSecretValue', input),
  } as unknown as SecretsManagerClient;
}

async function send(
  carry: Carrier,
  mark: object | undefined,
  service: 'dynamodb' | 'secretsmanager',
  target: string,
  input: unknown,
): Promise<Fields> {
  const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
  const wire = { method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(input) };
  const answer = await carry(mark, { service, operation: target.slice(target.indexOf('.') + 1), wire });
  const body = JSON.parse(answer.body) as Fields;
  if (answer.status < 300) return body;
  const { __type: type, message } = body as { __type?: string; message?: string };
  throw Object.assign(new Error(message ?? ''), {
    name: type?.split('#').at(-1) ?? 'UnknownError',
    $fault: answer.status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: answer.status },
    ...body,
  });
}

/** Plain members become attribute values where DynamoDB wants them. */
function encoded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === 'Keys') return [name, (member as Fields[]).map(attributes)];
      return [name, ITEMS.has(name) ? attributes(member as Fields) : encoded(member)];
    }),
  );
}

function attributes(fields: Fields): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, attribute(value)]),
  );
}

function attribute(value: unknown): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attribute) };
  return { M: attributes(value as Fields) };
}
