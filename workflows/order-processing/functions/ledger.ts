import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Book } from '../adapters/dynamodb/book.js';
import { dynamoDbLedger } from '../adapters/dynamodb/dynamodb-ledger.js';
import type { Ledger } from '../ports/ledger.js';
import { CLIENT_OPTIONS, keptWhile } from './aws-clients.js';
import type { Invocation } from './boundary.js';
import { awsPlace, ledgerTables } from './environment.js';

const client = keptWhile(awsPlace, () =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...CLIENT_OPTIONS }), {
    marshallOptions: { removeUndefinedValues: true },
  }),
);

export function ledgerOf({ deadline }: Invocation): Ledger {
  return dynamoDbLedger(new Book(client(), ledgerTables, { now: () => Date.now() }, deadline));
}
