import { textOf, type FieldValue, type LogRecord } from './log-record.js';
import { malformedQuery } from './query-error.js';
import type { QueryReader } from './query-reader.js';

export type Condition = (record: LogRecord) => boolean;
type Operand = (record: LogRecord) => FieldValue;

/**
 * What stands behind `filter`: comparisons, `like`, `in`, `ispresent`, joined by `and`, `or`, `not` and parentheses.
 * A missing field is unlike and unequal to everything (not verified against AWS), and neither less nor more than anything.
 */
export function readCondition(reader: QueryReader): Condition {
  const tests = [readConjunction(reader)];
  while (reader.takeWord('or')) tests.push(readConjunction(reader));
  return (record) => tests.some((test) => test(record));
}

function readConjunction(reader: QueryReader): Condition {
  const tests = [readNegation(reader)];
  while (reader.takeWord('and')) tests.push(readNegation(reader));
  return (record) => tests.every((test) => test(record));
}

function readNegation(reader: QueryReader): Condition {
  if (!reader.takeWord('not')) return readTest(reader);
  const test = readNegation(reader);
  return (record) => !test(record);
}

function readTest(reader: QueryReader): Condition {
  if (reader.takeSign('(')) {
    const condition = readCondition(reader);
    reader.expectSign(')');
    return condition;
  }
  const presence = readPresence(reader);
  if (presence !== undefined) return presence;
  const left = readOperand(reader);
  if (reader.takeWord('not')) {
    const test = readListOrLike(reader, left);
    if (test === undefined) throw malformedQuery('after not comes like or in', reader.peek().at);
    return (record) => !test(record);
  }
  return readListOrLike(reader, left) ?? readComparison(reader, left);
}

function readPresence(reader: QueryReader): Condition | undefined {
  const name = (['ispresent', 'isempty', 'isblank'] as const).find((word) => reader.takeWord(word));
  if (name === undefined) return undefined;
  reader.expectSign('(');
  const operand = readOperand(reader);
  reader.expectSign(')');
  const present: Condition = (record) => {
    const value = operand(record);
    return value !== undefined && value !== null;
  };
  if (name === 'ispresent') return present;
  const trimmed = (text: string) => (name === 'isblank' ? text.trim() : text);
  return (record) => !present(record) || trimmed(textOf(operand(record))) === '';
}

function readListOrLike(reader: QueryReader, left: Operand): Condition | undefined {
  if (reader.takeWord('in')) {
    const values: Operand[] = [];
    reader.expectSign('[');
    do values.push(readOperand(reader));
    while (reader.takeSign(','));
    reader.expectSign(']');
    return (record) => values.some((value) => compare(left(record), value(record)) === 0);
  }
  if (!reader.takeWord('like') && !reader.takeSign('=~')) return undefined;
  const { kind, value, at } = reader.next();
  if (kind === 'text') return (record) => containsText(left(record), (text) => text.includes(value));
  if (kind !== 'pattern') throw malformedQuery('after like comes a text or a /pattern/', at);
  const pattern = compilePattern(value, at);
  return (record) => containsText(left(record), (text) => pattern.test(text));
}

function compilePattern(source: string, at: number): RegExp {
  const folded = source.startsWith('(?i)');
  try {
    return new RegExp(folded ? source.slice(4) : source, folded ? 'i' : '');
  } catch (error) {
    throw malformedQuery(`/${source}/ is no pattern: ${error instanceof Error ? error.message : String(error)}`, at);
  }
}

function containsText(value: FieldValue, test: (text: string) => boolean): boolean {
  return value !== undefined && value !== null && test(textOf(value));
}

const COMPARISONS: Readonly<Record<string, (order: number | undefined) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order !== undefined && order < 0,
  '<=': (order) => order !== undefined && order <= 0,
  '>': (order) => order !== undefined && order > 0,
  '>=': (order) => order !== undefined && order >= 0,
};

function readComparison(reader: QueryReader, left: Operand): Condition {
  const { value, at } = reader.next();
  const holds = COMPARISONS[value];
  if (holds === undefined) throw malformedQuery(`${JSON.stringify(value)} is no comparison`, at);
  const right = readOperand(reader);
  return (record) => holds(compare(left(record), right(record)));
}

function readOperand(reader: QueryReader): Operand {
  const { kind, value, at } = reader.next();
  if (kind === 'word') return (record) => record.field(value);
  if (kind === 'text') return () => value;
  if (kind === 'number') return () => Number(value);
  throw malformedQuery('a field, a text or a number is missing', at);
}

/** As numbers when both are, else as texts; `undefined` when one is missing. */
export function compare(left: FieldValue, right: FieldValue): number | undefined {
  if (left === undefined || left === null || right === undefined || right === null) return undefined;
  const [one, other] = [textOf(left), textOf(right)];
  const difference = one.trim() === '' || other.trim() === '' ? NaN : Number(one) - Number(other);
  if (!Number.isNaN(difference)) return Math.sign(difference);
  return one < other ? -1 : one > other ? 1 : 0;
}
