import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type TransactWriteItem,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbService } from '../../../src/lib/local/dynamodb/dynamodb-service.js';
import { dynamoDbSchema } from '../../../src/lib/local/dynamodb/item-store.js';
import { addMissingRows, ensureTable, readRows } from '../../../src/lib/local/dynamodb/rows.js';
import { serveServices, type ServedServices } from '../messaging/served-services.js';

let served: ServedServices;
let client: DynamoDBClient;

beforeAll(async () => {
  served = await serveServices([dynamoDbSchema], (database, sources) => [createDynamoDbService(database, sources)]);
  client = new DynamoDBClient(served.client);
});
afterAll(async () => {
  client.destroy();
  await served.close();
});

beforeEach(async () => {
  for (const name of (await client.send(new ListTablesCommand({}))).TableNames ?? []) {
    await client.send(new DeleteTableCommand({ TableName: name }));
  }
  await client.send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'orderId', AttributeType: 'S' },
        { AttributeName: 'status', AttributeType: 'S' },
        { AttributeName: 'updatedAt', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byStatus',
          KeySchema: [
            { AttributeName: 'status', KeyType: 'HASH' },
            { AttributeName: 'updatedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});

const key = (orderId: string): { orderId: { S: string } } => ({ orderId: { S: orderId } });
const put = (item: Record<string, AttributeValue>): Promise<unknown> =>
  client.send(new PutItemCommand({ TableName: 'orders', Item: item }));
const get = async (orderId: string): Promise<Record<string, AttributeValue> | undefined> =>
  (await client.send(new GetItemCommand({ TableName: 'orders', Key: key(orderId) }))).Item;
const update = (
  input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
  orderId = 'o1',
): Promise<Record<string, AttributeValue> | undefined> =>
  client
    .send(new UpdateItemCommand({ TableName: 'orders', Key: key(orderId), ReturnValues: 'ALL_NEW', ...input }))
    .then((result) => result.Attributes);
const refusal = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'no error';
};

describe('tables', () => {
  it('describes what was created', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'orders' }));
    expect(Table).toMatchObject({
      TableName: 'orders',
      TableStatus: 'ACTIVE',
      ItemCount: 0,
      KeySchema: [{ AttributeName: 'orderId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [{ IndexName: 'byStatus', IndexStatus: 'ACTIVE' }],
    });
  });

  it('names what is missing or there twice', async () => {
    expect(await refusal(client.send(new DescribeTableCommand({ TableName: 'nope' })))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: nope not found',
    );
    expect(await refusal(client.send(new GetItemCommand({ TableName: 'nope', Key: key('o1') })))).toBe(
      'ResourceNotFoundException: Requested resource not found',
    );
    const again = new CreateTableCommand({
      TableName: 'orders',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    expect(await refusal(client.send(again))).toBe('ResourceInUseException: Table already exists: orders');
  });

  it('refuses by name what it does not offer', async () => {
    const command = new UpdateTimeToLiveCommand({
      TableName: 'orders',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'ttl' },
    });
    expect(await refusal(client.send(command))).toContain('UpdateTimeToLive');
    const legacy = new PutItemCommand({
      TableName: 'orders',
      Item: key('o1'),
      Expected: { orderId: { Exists: false } },
    });
    expect(await refusal(client.send(legacy))).toContain('legacy parameter Expected');
  });
});

describe('items', () => {
  it('gives back every type as it was put', async () => {
    const item: Record<string, AttributeValue> = {
      ...key('o1'),
      text: { S: 'Grüße \u0000 👋' },
      empty: { S: '' },
      number: { N: '-12.5' },
      yes: { BOOL: true },
      nothing: { NULL: true },
      bytes: { B: new Uint8Array([0, 255]) },
      names: { SS: ['a', 'b'] },
      numbers: { NS: ['1', '2.5'] },
      list: { L: [{ S: 'x' }, { M: { deep: { N: '1' } } }] },
      map: { M: {} },
    };
    await put(item);
    expect(await get('o1')).toEqual(item);
    expect(await get('o2')).toBeUndefined();
  });

  it('keeps numbers exactly', async () => {
    const written = async (text: string): Promise<string | undefined> => {
      await put({ ...key('n'), n: { N: text } });
      return (await get('n'))?.['n']?.N;
    };
    expect(await written('1.50')).toBe('1.5');
    expect(await written('1E3')).toBe('1000');
    expect(await written('-0')).toBe('0');
    expect(await written('0.000123')).toBe('0.000123');
    expect(await written('12345678901234567890123456789012345678')).toBe('12345678901234567890123456789012345678');
    expect(await refusal(written('123456789012345678901234567890123456789'))).toContain(
      'more than 38 significant digits',
    );
    expect(await refusal(written('1E126'))).toContain('Number overflow');
    expect(await refusal(written('1E-131'))).toContain('Number underflow');
    expect(await refusal(written('abc'))).toContain('cannot be converted to a numeric value: abc');
  });

  it('checks keys', async () => {
    expect(await refusal(put({ id: { S: 'x' } }))).toContain('Missing the key orderId in the item');
    expect(await refusal(put({ orderId: { N: '1' } }))).toContain(
      'Type mismatch for key orderId expected: S actual: N',
    );
    expect(await refusal(put(key('')))).toContain('cannot contain an empty string value. Key: orderId');
    const wrong = new GetItemCommand({ TableName: 'orders', Key: { orderId: { S: 'a' }, more: { S: 'b' } } });
    expect(await refusal(client.send(wrong))).toBe(
      'ValidationException: The provided key element does not match the schema',
    );
  });

  it('refuses an item above 400 KB', async () => {
    await put({ ...key('big'), data: { S: 'x'.repeat(409_000) } });
    expect(await refusal(put({ ...key('big'), data: { S: 'x'.repeat(410_000) } }))).toContain(
      'Item size has exceeded the maximum allowed size',
    );
  });

  it('refuses an update that makes it so, and a wrong type in an index', async () => {
    await put({ ...key('big'), data: { S: 'x'.repeat(300_000) } });
    const twice = { UpdateExpression: 'SET more = #d', ExpressionAttributeNames: { '#d': 'data' } };
    expect(await refusal(update(twice, 'big'))).toContain('Item size to update has exceeded the maximum allowed size');
    expect(await refusal(put({ ...key('o1'), status: { N: '1' } }))).toContain(
      'Type mismatch for Index Key status Expected: S Actual: N IndexName: byStatus',
    );
  });

  it('returns the old item and deletes', async () => {
    await put({ ...key('o1'), a: { N: '1' } });
    const replaced = await client.send(
      new PutItemCommand({ TableName: 'orders', Item: key('o1'), ReturnValues: 'ALL_OLD' }),
    );
    expect(replaced.Attributes).toEqual({ ...key('o1'), a: { N: '1' } });
    const deleted = await client.send(
      new DeleteItemCommand({ TableName: 'orders', Key: key('o1'), ReturnValues: 'ALL_OLD' }),
    );
    expect(deleted.Attributes).toEqual(key('o1'));
    expect(await get('o1')).toBeUndefined();
  });

  it('projects', async () => {
    await put({
      ...key('o1'),
      items: { L: [{ S: 'a' }, { S: 'b' }, { M: { sku: { S: 'c' }, n: { N: '1' } } }] },
      other: { S: 'x' },
    });
    const command = new GetItemCommand({
      TableName: 'orders',
      Key: key('o1'),
      ProjectionExpression: '#i[0], #i[2].sku, absent',
      ExpressionAttributeNames: { '#i': 'items' },
    });
    expect((await client.send(command)).Item).toEqual({ items: { L: [{ S: 'a' }, { M: { sku: { S: 'c' } } }] } });
  });
});

describe('conditions', () => {
  const holds = async (
    ConditionExpression: string,
    values: Record<string, AttributeValue> = {},
    names: Record<string, string> = {},
  ): Promise<boolean> => {
    try {
      await client.send(
        new PutItemCommand({
          TableName: 'orders',
          Item: full,
          ConditionExpression,
          ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
          ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
  const full: Record<string, AttributeValue> = {
    ...key('o1'),
    a: { S: 'hello' },
    n: { N: '10' },
    tags: { SS: ['x', 'y'] },
    lst: { L: [{ N: '1' }, { S: 's' }] },
    m: { M: { x: { N: '5' }, 'dotted.name': { BOOL: true } } },
  };
  beforeEach(() => put(full));

  it.each<[string, Record<string, AttributeValue>, boolean]>([
    ['attribute_exists(a)', {}, true],
    ['attribute_exists(zzz)', {}, false],
    ['attribute_not_exists(m.x)', {}, false],
    ['attribute_not_exists(m.y)', {}, true],
    ['attribute_type(a, :t)', { ':t': { S: 'S' } }, true],
    ['attribute_type(n, :t)', { ':t': { S: 'S' } }, false],
    ['begins_with(a, :p)', { ':p': { S: 'hel' } }, true],
    ['begins_with(a, :p)', { ':p': { S: 'el' } }, false],
    ['contains(a, :p)', { ':p': { S: 'ell' } }, true],
    ['contains(tags, :p)', { ':p': { S: 'x' } }, true],
    ['contains(tags, :p)', { ':p': { S: 'z' } }, false],
    ['contains(lst, :p)', { ':p': { N: '1.0' } }, true],
    ['size(a) = :n', { ':n': { N: '5' } }, true],
    ['size(lst) > :n', { ':n': { N: '1' } }, true],
    ['n = :n', { ':n': { N: '10.00' } }, true],
    ['n > :n', { ':n': { N: '9' } }, true],
    ['n > :n', { ':n': { S: '9' } }, false],
    ['n <> :n', { ':n': { S: '10' } }, true],
    ['zzz <> :n', { ':n': { S: '10' } }, true],
    ['zzz < :n', { ':n': { S: '10' } }, false],
    [':n <= n', { ':n': { N: '10' } }, true],
    ['n BETWEEN :a AND :b', { ':a': { N: '9' }, ':b': { N: '10' } }, true],
    ['n between :a and :b AND attribute_exists(a)', { ':a': { N: '11' }, ':b': { N: '12' } }, false],
    ['n IN (:a, :b)', { ':a': { N: '9' }, ':b': { N: '10' } }, true],
    ['a IN (:a)', { ':a': { S: 'x' } }, false],
    ['NOT attribute_exists(a)', {}, false],
    ['attribute_exists(zzz) OR attribute_exists(a) AND attribute_exists(n)', {}, true],
    ['(attribute_exists(a) OR attribute_exists(zzz)) AND NOT (attribute_exists(zzz))', {}, true],
    ['tags = :t', { ':t': { SS: ['y', 'x'] } }, true],
    ['lst[0] = :n', { ':n': { N: '1' } }, true],
    ['lst[7] = :n', { ':n': { N: '1' } }, false],
    ['m.x < lst[0]', {}, false],
  ])('%s with %j: %s', async (expression, values, expected) => {
    expect(await holds(expression, values)).toBe(expected);
  });

  it('takes a name with a dot as one name', async () => {
    expect(await holds('attribute_exists(m.#d)', {}, { '#d': 'dotted.name' })).toBe(true);
  });

  it.each<[string, Record<string, AttributeValue>, Record<string, string>, string]>([
    [
      'status = :s',
      { ':s': { S: 'x' } },
      {},
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'a = :missing',
      {},
      {},
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :missing',
    ],
    [
      '#a = a',
      {},
      {},
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a',
    ],
    [
      'a = :a',
      { ':a': { S: '' }, ':b': { S: '' } },
      {},
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}',
    ],
    [
      'attribute_exists(a)',
      {},
      { '#b': 'b' },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#b}',
    ],
    ['a = ', {}, {}, 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "a ="'],
    ['a ~ b', {}, {}, 'Invalid ConditionExpression: Syntax error; token: "~", near: "a ~ b"'],
    ['exists(a)', {}, {}, 'Invalid ConditionExpression: Invalid function name; function: exists'],
    [
      'attribute_exists(a, n)',
      {},
      {},
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    [
      'begins_with(a, :n)',
      { ':n': { N: '1' } },
      {},
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'n BETWEEN :b AND :a',
      { ':a': { N: '1' }, ':b': { N: '5' } },
      {},
      'upper bound to be greater than or equal to lower bound',
    ],
    ['attribute_type(a, :t)', { ':t': { S: 'X' } }, {}, 'Invalid attribute type name found; type: X'],
    [
      'a > :b',
      { ':b': { BOOL: true } },
      {},
      'Incorrect operand type for operator or function; operator: >, operand type: BOOL',
    ],
  ])('refuses %s', async (expression, values, names, message) => {
    expect(await refusal(holds(expression, values, names))).toContain(message);
  });

  it('gives the item with the failure when asked', async () => {
    const command = new DeleteItemCommand({
      TableName: 'orders',
      Key: key('o1'),
      ConditionExpression: 'n = :n',
      ExpressionAttributeValues: { ':n': { N: '0' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    const error = await client.send(command).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({ message: 'The conditional request failed', Item: { n: { N: '10' } } });
  });
});

describe('updates', () => {
  beforeEach(() =>
    put({
      ...key('o1'),
      n: { N: '0.1' },
      list: { L: [{ N: '1' }, { N: '2' }, { N: '3' }] },
      tags: { SS: ['a', 'b'] },
      m: { M: { x: { N: '1' } } },
    }),
  );

  it('sets, adds exactly, removes and deletes in one go', async () => {
    const item = await update({
      UpdateExpression:
        'SET n = n + :n, due = if_not_exists(due, :zero) - :n, m.y = :s, #l[1] = :s, twin = m REMOVE #l[0] ADD #c :one DELETE tags :t',
      ExpressionAttributeNames: { '#c': 'counter', '#l': 'list' },
      ExpressionAttributeValues: {
        ':n': { N: '0.2' },
        ':zero': { N: '0' },
        ':s': { S: 'set' },
        ':one': { N: '1' },
        ':t': { SS: ['a', 'zzz'] },
      },
    });
    expect(item).toEqual({
      ...key('o1'),
      n: { N: '0.3' },
      due: { N: '-0.2' },
      list: { L: [{ S: 'set' }, { N: '3' }] },
      tags: { SS: ['b'] },
      m: { M: { x: { N: '1' }, y: { S: 'set' } } },
      twin: { M: { x: { N: '1' } } },
      counter: { N: '1' },
    });
  });

  it('appends to lists, by list_append and beyond the end', async () => {
    const item = await update({
      UpdateExpression: 'SET #l = list_append(:before, list_append(#l, :after))',
      ExpressionAttributeNames: { '#l': 'list' },
      ExpressionAttributeValues: { ':before': { L: [{ N: '0' }] }, ':after': { L: [{ N: '4' }] } },
    });
    expect(item?.['list']).toEqual({ L: [{ N: '0' }, { N: '1' }, { N: '2' }, { N: '3' }, { N: '4' }] });
    const longer = await update({
      UpdateExpression: 'SET #l[99] = :b, #l[50] = :a',
      ExpressionAttributeNames: { '#l': 'list' },
      ExpressionAttributeValues: { ':a': { S: 'a' }, ':b': { S: 'b' } },
    });
    expect(longer?.['list']?.L?.slice(-2)).toEqual([{ S: 'a' }, { S: 'b' }]);
  });

  it('removes several positions of a list', async () => {
    const item = await update({ UpdateExpression: 'REMOVE #l[0], #l[2]', ExpressionAttributeNames: { '#l': 'list' } });
    expect(item?.['list']).toEqual({ L: [{ N: '2' }] });
  });

  it('takes away a set that becomes empty', async () => {
    const item = await update({
      UpdateExpression: 'DELETE tags :t',
      ExpressionAttributeValues: { ':t': { SS: ['a', 'b'] } },
    });
    expect(item).not.toHaveProperty('tags');
  });

  it('makes an item that is not there', async () => {
    expect(
      await update({ UpdateExpression: 'ADD n :n', ExpressionAttributeValues: { ':n': { N: '5' } } }, 'new'),
    ).toEqual({
      ...key('new'),
      n: { N: '5' },
    });
  });

  it('returns what it is asked for', async () => {
    const set = { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': { N: '2' } } };
    expect(await update({ ...set, ReturnValues: 'UPDATED_OLD' })).toEqual({ n: { N: '0.1' } });
    expect(await update({ ...set, ReturnValues: 'UPDATED_NEW' })).toEqual({ n: { N: '2' } });
    expect(await update({ ...set, ReturnValues: 'NONE' })).toBeUndefined();
  });

  it.each<[string, Record<string, AttributeValue> | undefined, string]>([
    ['SET orderId = :s', { ':s': { S: 'x' } }, 'Cannot update attribute orderId. This attribute is part of the key'],
    ['SET n = zzz', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET n = m + :s', { ':s': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    ['SET n = n + :s', { ':s': { S: '1' } }, 'operator or function: +, operand type: S'],
    [
      'SET zzz.y = :s',
      { ':s': { N: '1' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['SET m.x = :s, m = :s', { ':s': { N: '1' } }, 'Two document paths overlap with each other'],
    ['SET m.x = :s, m[0] = :s', { ':s': { N: '1' } }, 'Two document paths conflict with each other'],
    ['SET n = :s SET m = :s', { ':s': { N: '1' } }, 'The "SET" section can only be used once in an update expression;'],
    [
      'ADD n :s',
      { ':s': { S: '1' } },
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    ['ADD tags :s', { ':s': { NS: ['1'] } }, 'An operand in the update expression has an incorrect data type'],
    ['SET n = now()', undefined, 'Invalid function name; function: now'],
    ['n = :s', { ':s': { N: '1' } }, 'Syntax error; token: "n"'],
  ])('refuses %s', async (UpdateExpression, ExpressionAttributeValues, message) => {
    expect(
      await refusal(
        update({ UpdateExpression, ...(ExpressionAttributeValues === undefined ? {} : { ExpressionAttributeValues }) }),
      ),
    ).toContain(message);
  });
});

describe('query and scan', () => {
  beforeEach(async () => {
    await client.send(
      new CreateTableCommand({
        TableName: 'events',
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'at', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
      }),
    );
    const numbers = ['-20', '-3', '0', '0.5', '3', '20', '100'];
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          events: numbers.map((at) => ({
            PutRequest: { Item: { id: { S: 'a' }, at: { N: at }, even: { BOOL: Number(at) % 2 === 0 } } },
          })),
        },
      }),
    );
  });

  const query = async (
    condition: string,
    values: Record<string, AttributeValue>,
    more: object = {},
  ): Promise<(string | undefined)[]> => {
    const result = await client.send(
      new QueryCommand({
        TableName: 'events',
        KeyConditionExpression: condition,
        ...(condition.includes('#at') ? { ExpressionAttributeNames: { '#at': 'at' } } : {}),
        ExpressionAttributeValues: { ...(condition.includes(':a') ? { ':a': { S: 'a' } } : {}), ...values },
        ...more,
      }),
    );
    return (result.Items ?? []).map((item) => item['at']?.N);
  };

  it('orders numbers as numbers and takes ranges of them', async () => {
    expect(await query('id = :a AND #at > :n', { ':n': { N: '-1000' } })).toEqual([
      '-20',
      '-3',
      '0',
      '0.5',
      '3',
      '20',
      '100',
    ]);
    expect(await query('id = :a AND #at BETWEEN :n AND :m', { ':n': { N: '-3' }, ':m': { N: '3' } })).toEqual([
      '-3',
      '0',
      '0.5',
      '3',
    ]);
    expect(await query(':n > #at AND id = :a', { ':n': { N: '0' } })).toEqual(['-20', '-3']);
    expect(await query('id = :a AND #at >= :n', { ':n': { N: '3' } }, { ScanIndexForward: false })).toEqual([
      '100',
      '20',
      '3',
    ]);
    expect(await query('(id = :a) AND (#at = :n)', { ':n': { N: '5e-1' } })).toEqual(['0.5']);
  });

  it('pages, backwards too', async () => {
    for (const ScanIndexForward of [true, false]) {
      const seen: (string | undefined)[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page: {
          Items?: Record<string, AttributeValue>[] | undefined;
          LastEvaluatedKey?: Record<string, AttributeValue> | undefined;
        } = await client.send(
          new QueryCommand({
            TableName: 'events',
            KeyConditionExpression: 'id = :a',
            ExpressionAttributeValues: { ':a': { S: 'a' } },
            Limit: 3,
            ScanIndexForward,
            ...(start === undefined ? {} : { ExclusiveStartKey: start }),
          }),
        );
        seen.push(...(page.Items ?? []).map((item) => item['at']?.N));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      const expected = ['-20', '-3', '0', '0.5', '3', '20', '100'];
      expect(seen).toEqual(ScanIndexForward ? expected : expected.reverse());
    }
  });

  it('ends a page at one megabyte', async () => {
    for (const at of ['1', '2', '4', '5']) {
      await client.send(
        new PutItemCommand({
          TableName: 'events',
          Item: { id: { S: 'big' }, at: { N: at }, data: { S: 'x'.repeat(390_000) } },
        }),
      );
    }
    const page = await client.send(
      new QueryCommand({
        TableName: 'events',
        KeyConditionExpression: 'id = :a',
        ExpressionAttributeValues: { ':a': { S: 'big' } },
      }),
    );
    expect([page.Count, page.LastEvaluatedKey?.['at']?.N]).toEqual([3, '4']);
  });

  it('filters after counting, and counts', async () => {
    const result = await client.send(
      new QueryCommand({
        TableName: 'events',
        KeyConditionExpression: 'id = :a',
        FilterExpression: 'even = :yes',
        ExpressionAttributeValues: { ':a': { S: 'a' }, ':yes': { BOOL: true } },
        Select: 'COUNT',
      }),
    );
    expect([result.Count, result.ScannedCount, result.Items]).toEqual([4, 7, undefined]);
    const scan = await client.send(
      new ScanCommand({
        TableName: 'events',
        FilterExpression: 'even = :yes',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
      }),
    );
    expect([scan.Count, scan.ScannedCount]).toEqual([4, 7]);
  });

  it('reads an index, in which only items with its keys are', async () => {
    await put({ ...key('o1'), status: { S: 'RECEIVED' }, updatedAt: { S: '2026-01-02' } });
    await put({ ...key('o2'), status: { S: 'RECEIVED' }, updatedAt: { S: '2026-01-01' } });
    await put({ ...key('o3'), status: { S: 'RECEIVED' } });
    await put({ ...key('o4'), status: { S: 'RECEIVED' }, updatedAt: { S: '2026-01-01' } });
    const byStatus = async (
      status: string,
      more: object = {},
    ): Promise<{ ids: (string | undefined)[]; last: Record<string, AttributeValue> | undefined }> => {
      const page = await client.send(
        new QueryCommand({
          TableName: 'orders',
          IndexName: 'byStatus',
          KeyConditionExpression: '#s = :s AND begins_with(updatedAt, :y)',
          ExpressionAttributeNames: { '#s': 'status' },
          ExpressionAttributeValues: { ':s': { S: status }, ':y': { S: '2026-' } },
          ...more,
        }),
      );
      return { ids: (page.Items ?? []).map((item) => item['orderId']?.S), last: page.LastEvaluatedKey };
    };
    expect((await byStatus('RECEIVED')).ids).toEqual(['o2', 'o4', 'o1']);
    const first = await byStatus('RECEIVED', { Limit: 1 });
    expect(first).toEqual({
      ids: ['o2'],
      last: { ...key('o2'), status: { S: 'RECEIVED' }, updatedAt: { S: '2026-01-01' } },
    });
    expect((await byStatus('RECEIVED', { ExclusiveStartKey: first.last })).ids).toEqual(['o4', 'o1']);
    await update({
      UpdateExpression: 'SET #s = :s',
      ExpressionAttributeNames: { '#s': 'status' },
      ExpressionAttributeValues: { ':s': { S: 'FULFILLED' } },
    });
    await client.send(new DeleteItemCommand({ TableName: 'orders', Key: key('o2') }));
    expect((await byStatus('RECEIVED')).ids).toEqual(['o4']);
    expect((await byStatus('FULFILLED')).ids).toEqual(['o1']);
  });

  it.each<[string, object, string]>([
    ['#at = :n', { ':n': { N: '1' } }, 'Query condition missed key schema element: id'],
    ['id = :a AND even = :n', { ':n': { N: '1' } }, 'Query condition missed key schema element: at'],
    ['id = :a AND contains(#at, :n)', { ':n': { N: '1' } }, 'Query key condition not supported'],
    ['id = :a AND #at = :n', { ':n': { S: '1' } }, 'Condition parameter type does not match schema type'],
  ])('refuses the key condition %s', async (condition, values, message) => {
    expect(await refusal(query(condition, values as Record<string, AttributeValue>))).toContain(message);
  });
});

describe('transactions and batches', () => {
  const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string): Promise<unknown> =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems,
        ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
      }),
    );
  const take = (orderId: string, n: string): TransactWriteItem => ({
    Update: {
      TableName: 'orders',
      Key: key(orderId),
      UpdateExpression: 'SET n = n - :n',
      ConditionExpression: 'n >= :n',
      ExpressionAttributeValues: { ':n': { N: n } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });
  beforeEach(async () => {
    await put({ ...key('a'), n: { N: '5' } });
    await put({ ...key('b'), n: { N: '1' } });
  });

  it('does all or nothing and tells the reason of each', async () => {
    await transact([
      take('a', '2'),
      { Put: { TableName: 'orders', Item: key('c'), ConditionExpression: 'attribute_not_exists(orderId)' } },
      { ConditionCheck: { TableName: 'orders', Key: key('b'), ConditionExpression: 'attribute_exists(n)' } },
      { Delete: { TableName: 'orders', Key: key('zzz') } },
    ]);
    expect([(await get('a'))?.['n'], await get('c')]).toEqual([{ N: '3' }, key('c')]);

    const error = await transact([
      take('a', '1'),
      take('b', '2'),
      { Put: { TableName: 'orders', Item: key('d') } },
    ]).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, None]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: { ...key('b'), n: { N: '1' } },
        },
        { Code: 'None' },
      ],
    });
    expect([(await get('a'))?.['n'], await get('d')]).toEqual([{ N: '3' }, undefined]);
  });

  it('refuses two actions on one item, none, and more than a hundred', async () => {
    expect(await refusal(transact([take('a', '1'), { Delete: { TableName: 'orders', Key: key('a') } }]))).toBe(
      'ValidationException: Transaction request cannot include multiple operations on one item',
    );
    expect(await refusal(transact([]))).toContain('greater than or equal to 1');
    const many = Array.from({ length: 101 }, (_, index) => ({ Put: { TableName: 'orders', Item: key(`k${index}`) } }));
    expect(await refusal(transact(many))).toContain('less than or equal to 100');
    await transact(many.slice(0, 100));
    expect(readRows(served.database, 'orders')).toHaveLength(102);
  });

  it('does nothing twice under one token for ten minutes', async () => {
    await transact([take('a', '1')], 'token-1');
    await transact([take('a', '1')], 'token-1');
    expect((await get('a'))?.['n']).toEqual({ N: '4' });
    expect(await refusal(transact([take('a', '2')], 'token-1'))).toContain('IdempotentParameterMismatchException');
    served.sources.advance(10 * 60_000);
    await transact([take('a', '1')], 'token-1');
    expect((await get('a'))?.['n']).toEqual({ N: '3' });
  });

  it('reads several at once', async () => {
    const got = await client.send(
      new TransactGetItemsCommand({
        TransactItems: ['a', 'zzz'].map((id) => ({ Get: { TableName: 'orders', Key: key(id) } })),
      }),
    );
    expect(got.Responses).toEqual([{ Item: { ...key('a'), n: { N: '5' } } }, {}]);
    const batch = await client.send(
      new BatchGetItemCommand({
        RequestItems: { orders: { Keys: [key('b'), key('zzz')], ProjectionExpression: 'n' } },
      }),
    );
    expect(batch.Responses).toEqual({ orders: [{ n: { N: '1' } }] });
  });
});

describe('rows for local show', () => {
  it('adds rows that are missing and reads them in plain JSON', () => {
    const definition = { name: 'stock', hash: { name: 'sku', type: 'S' as const }, indexes: [] };
    ensureTable(served.database, definition, 0);
    ensureTable(served.database, definition, 0);
    expect(
      addMissingRows(served.database, 'stock', [
        { sku: 'B', onHand: 3, tags: ['x'] },
        { sku: 'A', onHand: 1 },
      ]),
    ).toBe(2);
    expect(addMissingRows(served.database, 'stock', [{ sku: 'A', onHand: 9 }])).toBe(0);
    expect(readRows(served.database, 'stock')).toEqual([
      { sku: 'A', onHand: 1 },
      { sku: 'B', onHand: 3, tags: ['x'] },
    ]);
    expect(readRows(served.database, 'none')).toEqual([]);
  });
});
