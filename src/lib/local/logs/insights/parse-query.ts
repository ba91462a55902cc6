import { malformedQuery } from './query-error.js';
import { QueryReader } from './query-reader.js';
import { readCondition, type Condition } from './read-condition.js';

export interface InsightsQuery {
  /** Fields to show, each under a name. */
  readonly fields: readonly { readonly name: string; readonly shownAs: string }[];
  readonly conditions: readonly Condition[];
  readonly order: readonly { readonly field: string; readonly descending: boolean }[];
  readonly limit: number | undefined;
}

const COMMANDS = ['fields', 'display', 'filter', 'sort', 'limit'] as const;

/**
 * Reads a query of CloudWatch Logs Insights, as far as looking for lines goes:
 *
 *     fields @timestamp, order.id as order | filter level = "ERROR" and @message like /card/ | sort @timestamp asc | limit 20
 *
 * Source: the CloudWatch Logs user guide, "CloudWatch Logs Insights QL". `stats`, `parse`, `dedup` and functions are refused.
 * @throws AwsError MalformedQueryException
 */
export function parseQuery(text: string): InsightsQuery {
  const reader = new QueryReader(text);
  const query = {
    fields: [] as InsightsQuery['fields'][number][],
    conditions: [] as Condition[],
    order: [] as InsightsQuery['order'][number][],
    limit: undefined as number | undefined,
  };
  // A query may begin with a bar, or be empty.
  reader.takeSign('|');
  while (reader.peek().kind !== 'end') {
    const command = COMMANDS.find((word) => reader.takeWord(word));
    if (command === undefined) {
      const { value, at } = reader.peek();
      throw malformedQuery(
        `the command ${JSON.stringify(value)} is not offered locally; there are ${COMMANDS.join(', ')}`,
        at,
      );
    }
    switch (command) {
      case 'display':
        query.fields = readFields(reader);
        break;
      case 'fields':
        query.fields.push(...readFields(reader));
        break;
      case 'filter':
        query.conditions.push(readCondition(reader));
        break;
      case 'sort':
        query.order = readOrder(reader);
        break;
      case 'limit':
        query.limit = readLimit(reader);
        break;
    }
    const { kind, value, at } = reader.peek();
    if (kind === 'end') break;
    if (!reader.takeSign('|')) throw malformedQuery(`unexpected symbol found ${value} at character ${at}`, at);
  }
  const shown =
    query.fields.length === 0 ? ['@timestamp', '@message'].map((name) => ({ name, shownAs: name })) : query.fields;
  return { ...query, fields: shown };
}

function readFields(reader: QueryReader): InsightsQuery['fields'][number][] {
  const fields = [];
  do {
    const name = readName(reader);
    fields.push({ name, shownAs: reader.takeWord('as') ? readName(reader) : name });
  } while (reader.takeSign(','));
  return fields;
}

function readOrder(reader: QueryReader): InsightsQuery['order'][number][] {
  const order = [];
  do {
    const field = readName(reader);
    const descending = reader.takeWord('desc');
    if (!descending) reader.takeWord('asc');
    order.push({ field, descending });
  } while (reader.takeSign(','));
  return order;
}

function readName(reader: QueryReader): string {
  const { kind, value, at } = reader.next();
  if (kind !== 'word') throw malformedQuery('the name of a field is missing', at);
  if (reader.peek().value === '(') throw malformedQuery(`the function ${value} is not offered locally`, at);
  return value;
}

function readLimit(reader: QueryReader): number {
  const { kind, value, at } = reader.next();
  if (kind !== 'number' || !/^\d{1,6}$/.test(value)) throw malformedQuery('limit needs a whole number', at);
  return Number(value);
}
