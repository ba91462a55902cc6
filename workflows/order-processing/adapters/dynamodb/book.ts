import type { DynamoDBDocumentClient, TransactWriteCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand, GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { TransientDependencyError } from '../../domain/errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Deadline } from '../deadline.js';
import { asDependencyError } from '../dependency-error.js';

export interface LedgerTables {
  readonly orders: string;
  readonly payments: string;
  readonly inventory: string;
  readonly reservations: string;
  readonly idempotency: string;
}

export type WriteAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Names, values and text of one expression, as every DynamoDB write wants them. */
export interface Expression {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** What a transaction came to: written, or the code of each action (`None`, `ConditionalCheckFailed` ...). */
export type TransactionOutcome =
  { readonly written: true } | { readonly written: false; readonly codes: readonly string[] };

/** BatchGetItem hands back what it had no room or time for; more rounds than this mean that the table is overloaded. */
const BATCH_ROUNDS = 5;

/**
 * Why a transaction is cancelled that may be written later, if nothing else is wrong:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const PASSING = new Set(['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** The ledger's tables on DynamoDB: consistent reads, conditional writes, faults in the domain's words. */
export class Book {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    readonly tables: LedgerTables,
    private readonly clock: Clock,
    private readonly deadline: Deadline,
  ) {}

  /** RFC 3339, for the rows' times. */
  get time(): string {
    return new Date(this.clock.now()).toISOString();
  }

  /** Whole seconds since the epoch, as DynamoDB's time to live counts. */
  get epochSeconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  async get<Row>(table: string, key: Readonly<Record<string, string>>): Promise<Row | undefined> {
    const command = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
    const { Item } = await this.#reach(() => this.client.send(command, this.#bounded()));
    return Item as Row | undefined;
  }

  /** @param keys at most 100, all different. */
  async getAll<Row>(table: string, keys: readonly Readonly<Record<string, string>>[]): Promise<Row[]> {
    const rows: Row[] = [];
    let open: Readonly<Record<string, unknown>>[] = [...keys];
    for (let round = 0; open.length > 0; round += 1) {
      if (round === BATCH_ROUNDS) throw new TransientDependencyError(`table ${table} does not keep up`);
      const command = new BatchGetCommand({ RequestItems: { [table]: { Keys: [...open], ConsistentRead: true } } });
      const answer = await this.#reach(() => this.client.send(command, this.#bounded()));
      rows.push(...((answer.Responses?.[table] ?? []) as Row[]));
      open = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return rows;
  }

  async put(table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#reach(() => this.client.send(new PutCommand({ TableName: table, Item: { ...row } }), this.#bounded()));
  }

  /** The row after the update; undefined when the condition did not hold and nothing was written. */
  async update<Row>(
    table: string,
    key: Readonly<Record<string, string>>,
    change: Expression,
    condition: Expression,
  ): Promise<Row | undefined> {
    const command = new UpdateCommand({ ...updateOf(table, key, change, condition), ReturnValues: 'ALL_NEW' });
    try {
      const { Attributes } = await this.#reach(() => this.client.send(command, this.#bounded()));
      return Attributes as Row;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return undefined;
      throw error;
    }
  }

  /** All actions or none. A conflict with another transaction, and throttling, are TransientDependencyErrors. */
  async transact(actions: readonly WriteAction[]): Promise<TransactionOutcome> {
    const command = new TransactWriteCommand({ TransactItems: [...actions] });
    try {
      await this.#reach(() => this.client.send(command, this.#bounded()));
      return { written: true };
    } catch (error) {
      const codes = cancellationCodes(error);
      if (codes.includes('ConditionalCheckFailed')) return { written: false, codes };
      if (codes.length > 0 && codes.every((code) => PASSING.has(code))) {
        throw new TransientDependencyError(`the ledger's transaction was cancelled: ${codes.join(', ')}`, {
          cause: error,
        });
      }
      throw error;
    }
  }

  async #reach<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw asDependencyError('the ledger', error);
    }
  }

  #bounded(): { abortSignal: AbortSignal } {
    return { abortSignal: this.deadline.signal() };
  }
}

/** The parts of an update, for a command of its own or as an action of a transaction. */
export function updateOf(
  table: string,
  key: Readonly<Record<string, string>>,
  change: Expression,
  condition: Expression,
): UpdateCommandInput & { UpdateExpression: string } {
  return {
    TableName: table,
    Key: { ...key },
    UpdateExpression: `SET ${change.text}`,
    ConditionExpression: condition.text,
    ExpressionAttributeNames: { ...change.names, ...condition.names },
    ExpressionAttributeValues: { ...change.values, ...condition.values },
  };
}

/** `#a = :a, #b = :b`; fields without a value are left out. */
export function assign(fields: Readonly<Record<string, unknown>>): Expression {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    text: given.map(([name]) => `#${name} = :${name}`).join(', '),
    names: Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
  };
}

/** The row's status is one of these. */
export function statusIn(...statuses: readonly string[]): Expression {
  const values = Object.fromEntries(statuses.map((status, index) => [`:is${index}`, status]));
  return { text: `#status IN (${Object.keys(values).join(', ')})`, names: { '#status': 'status' }, values };
}

function cancellationCodes(error: unknown): string[] {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return [];
  const { CancellationReasons: reasons } = error as { CancellationReasons?: readonly { Code?: string }[] };
  return (reasons ?? []).map((reason) => reason.Code ?? 'None');
}
