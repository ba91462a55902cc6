import type { LocalSources, WireService } from '../ports.js';
import { inTransaction, type Database } from '../store/database.js';
import { createAwsJsonService, type JsonObject, type Operations } from '../wire/aws-json-service.js';
import { batchGet, batchWrite, getItem, writeItem } from './item-operations.js';
import { ItemStore } from './item-store.js';
import { readPage } from './read-page.js';
import { createTable, deleteTable, describeTable, listTables } from './table-operations.js';
import { transactGet, transactWrite } from './transaction.js';

/**
 * DynamoDB's API over the store: tables with global secondary indexes, reads, conditional writes and transactions, with
 * DynamoDB's expressions and errors. Reads are always consistent; a time to live is data like any other; capacity,
 * streams, PartiQL and parallel scans are not offered (UnknownOperationException, ValidationException).
 *
 * Every request is one write transaction of the database, so that conditions hold against other processes as well.
 */
export function createDynamoDbService(database: Database.Database, sources: LocalSources): WireService {
  const store = new ItemStore(database);
  const one = (perform: (input: JsonObject) => object) => (input: JsonObject) =>
    inTransaction(database, () => perform(input));
  const read = (perform: (input: JsonObject) => object) => perform;

  const operations: Operations = {
    CreateTable: one((input) => createTable(store, input, sources.now())),
    DeleteTable: one((input) => deleteTable(store, input)),
    DescribeTable: read((input) => describeTable(store, input)),
    ListTables: read((input) => listTables(store, input)),
    GetItem: read((input) => getItem(store, input)),
    PutItem: one((input) => writeItem(store, 'Put', input)),
    UpdateItem: one((input) => writeItem(store, 'Update', input)),
    DeleteItem: one((input) => writeItem(store, 'Delete', input)),
    Query: one((input) => readPage(store, 'Query', input)),
    Scan: one((input) => readPage(store, 'Scan', input)),
    BatchGetItem: one((input) => batchGet(store, input)),
    BatchWriteItem: one((input) => batchWrite(store, input)),
    TransactGetItems: one((input) => transactGet(store, input)),
    TransactWriteItems: one((input) => transactWrite(store, input, sources.now())),
  };
  return createAwsJsonService(
    { target: 'DynamoDB_20120810', version: '1.0', errorNamespace: 'com.amazonaws.dynamodb.v20120810' },
    operations,
    sources,
  );
}
