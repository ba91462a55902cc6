import { typeOf, type AttributeType, type AttributeValue } from './attribute-value.js';
import { ExpressionReader } from './expression-reader.js';
import type { Placeholders } from './placeholders.js';
import type { UpdateAction, UpdateValue } from './update.js';

type Section = 'SET' | 'REMOVE' | 'ADD' | 'DELETE';
const SECTIONS: readonly Section[] = ['SET', 'REMOVE', 'ADD', 'DELETE'];
const ADDABLE: readonly AttributeType[] = ['N', 'SS', 'NS', 'BS'];
const DELETABLE: readonly AttributeType[] = ['SS', 'NS', 'BS'];

/**
 * Parses an update expression.
 *
 *     update  = section { section }                    each section once
 *     section = SET path '=' sum, ... | REMOVE path, ... | ADD path :value, ... | DELETE path :value, ...
 *     sum     = operand [ ('+' | '-') operand ]
 *     operand = path | :value | if_not_exists(path, operand) | list_append(operand, operand) | '(' sum ')'
 *
 * @throws ValidationException
 */
export function parseUpdate(expression: unknown, placeholders: Placeholders): readonly UpdateAction[] {
  const reader = new ExpressionReader('UpdateExpression', expression, placeholders);
  const actions: UpdateAction[] = [];
  const seen = new Set<Section>();
  do {
    const section = SECTIONS.find((name) => reader.skipKeyword(name));
    if (section === undefined) throw reader.unexpected();
    if (seen.has(section)) {
      throw reader.failure(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(parseAction(reader, section));
    while (reader.skip(','));
  } while (reader.token.kind !== 'end');
  reader.refuseClashes(actions.map((action) => action.path));
  return actions;
}

function parseAction(reader: ExpressionReader, section: Section): UpdateAction {
  const path = reader.path();
  switch (section) {
    case 'SET':
      reader.expect('=');
      return { kind: 'set', path, value: parseSum(reader) };
    case 'REMOVE':
      return { kind: 'remove', path };
    case 'ADD':
      return { kind: 'add', path, value: valueOfType(reader, section, ADDABLE) };
    case 'DELETE':
      return { kind: 'delete', path, value: valueOfType(reader, section, DELETABLE) };
  }
}

function valueOfType(reader: ExpressionReader, section: Section, allowed: readonly AttributeType[]): AttributeValue {
  const value = reader.value();
  const type = typeOf(value);
  if (!allowed.includes(type)) {
    throw reader.failure(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${TYPE_WORDS[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  }
  return value;
}

const TYPE_WORDS: Readonly<Record<AttributeType, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
  SS: 'STRING_SET',
  NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
  L: 'LIST',
  M: 'MAP',
};

function parseSum(reader: ExpressionReader): UpdateValue {
  const left = parseOperand(reader);
  const kind = reader.at('+') ? '+' : reader.at('-') ? '-' : undefined;
  if (kind === undefined) return left;
  reader.take();
  const right = parseOperand(reader);
  for (const side of [left, right]) {
    if (side.kind === 'value' && !('N' in side.value)) {
      const type = typeOf(side.value);
      throw reader.failure(
        `Incorrect operand type for operator or function; operator or function: ${kind}, operand type: ${type}`,
      );
    }
  }
  return { kind, left, right };
}

function parseOperand(reader: ExpressionReader): UpdateValue {
  if (reader.atValue()) return { kind: 'value', value: reader.value() };
  if (reader.skip('(')) {
    const inner = parseSum(reader);
    reader.expect(')');
    return inner;
  }
  if (!reader.atCall()) return { kind: 'path', path: reader.path() };
  const name = reader.take().text;
  if (name !== 'if_not_exists' && name !== 'list_append')
    throw reader.failure(`Invalid function name; function: ${name}`);
  reader.expect('(');
  const first = parseOperand(reader);
  reader.expect(',');
  const second = parseOperand(reader);
  reader.expect(')');
  if (name === 'list_append') return { kind: 'list-append', first, second };
  if (first.kind !== 'path') {
    throw reader.failure(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { kind: 'if-not-exists', path: first.path, otherwise: second };
}
