import { compareValues, isAttributeType, typeOf, type AttributeType } from './attribute-value.js';
import type { Comparator, Condition, Operand } from './condition.js';
import type { DocumentPath } from './document-path.js';
import { ExpressionReader } from './expression-reader.js';
import type { Placeholders } from './placeholders.js';

const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['=', '<>', '<', '<=', '>', '>=']);
const ORDERED: ReadonlySet<AttributeType> = new Set<AttributeType>(['S', 'N', 'B']);
const MOST_CANDIDATES = 100;
const DEEPEST = 300;

export type ConditionKind = 'ConditionExpression' | 'FilterExpression' | 'KeyConditionExpression';

/**
 * Parses a condition.
 *
 *     or      = and { OR and }
 *     and     = not { AND not }
 *     not     = NOT not | primary
 *     primary = '(' or ')' | call | operand (comparator operand | BETWEEN operand AND operand | IN '(' operand, ... ')')
 *     operand = path | :value | size(path)
 *
 * @throws ValidationException
 */
export function parseCondition(kind: ConditionKind, expression: unknown, placeholders: Placeholders): Condition {
  const parser = new ConditionParser(new ExpressionReader(kind, expression, placeholders));
  return parser.parse();
}

class ConditionParser {
  readonly #reader: ExpressionReader;
  #depth = 0;

  constructor(reader: ExpressionReader) {
    this.#reader = reader;
  }

  parse(): Condition {
    const condition = this.#or();
    this.#reader.expectEnd();
    return condition;
  }

  #or(): Condition {
    let left = this.#and();
    while (this.#reader.skipKeyword('OR')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#reader.skipKeyword('AND')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): Condition {
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#reader.failure('The expression is nested too deeply');
    const condition: Condition = this.#reader.skipKeyword('NOT')
      ? { kind: 'not', operand: this.#not() }
      : this.#primary();
    this.#depth -= 1;
    return condition;
  }

  #primary(): Condition {
    const reader = this.#reader;
    if (reader.skip('(')) {
      const inner = this.#or();
      reader.expect(')');
      return inner;
    }
    if (reader.atCall() && reader.token.text !== 'size') return this.#call();
    const operand = this.#operand();
    if (reader.skipKeyword('BETWEEN')) {
      const low = this.#operand();
      reader.expectKeyword('AND');
      return this.#between(operand, low, this.#operand());
    }
    if (reader.skipKeyword('IN')) return { kind: 'in', operand, candidates: this.#candidates() };
    if (reader.token.kind !== 'symbol' || !COMPARATORS.has(reader.token.text)) throw reader.unexpected();
    const comparator = reader.take().text as Comparator;
    const right = this.#operand();
    if (comparator !== '=' && comparator !== '<>') {
      for (const side of [operand, right]) this.#requireType(side, ORDERED, `operator: ${comparator}`);
    }
    return { kind: 'compare', comparator, left: operand, right };
  }

  #between(operand: Operand, low: Operand, high: Operand): Condition {
    for (const side of [operand, low, high]) this.#requireType(side, ORDERED, 'operator: BETWEEN');
    if (low.kind === 'value' && high.kind === 'value') {
      const show = (bound: typeof low): string => `AttributeValue: ${JSON.stringify(bound.value).replaceAll('"', '')}`;
      if (typeOf(low.value) !== typeOf(high.value)) {
        const bounds = `lower bound operand: ${show(low)}, upper bound operand: ${show(high)}`;
        throw this.#reader.failure(
          `The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`,
        );
      }
      if ((compareValues(low.value, high.value) ?? 0) > 0) {
        const bounds = `lower bound operand: ${show(low)}, upper bound operand: ${show(high)}`;
        throw this.#reader.failure(
          `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
        );
      }
    }
    return { kind: 'between', operand, low, high };
  }

  #candidates(): readonly Operand[] {
    const candidates: Operand[] = [];
    this.#reader.expect('(');
    do candidates.push(this.#operand());
    while (this.#reader.skip(','));
    this.#reader.expect(')');
    if (candidates.length > MOST_CANDIDATES) {
      const count = `operator or function: IN, number of operands: ${candidates.length + 1}`;
      throw this.#reader.failure(`Incorrect number of operands for operator or function; ${count}`);
    }
    return candidates;
  }

  #operand(): Operand {
    const reader = this.#reader;
    if (reader.atValue()) return { kind: 'value', value: reader.value() };
    if (!reader.atCall()) return { kind: 'path', path: reader.path() };
    const name = reader.take().text;
    if (name !== 'size') throw this.#wrongFunction(name);
    const [of] = this.#arguments(name, 1);
    if (of === undefined) throw reader.unexpected();
    return { kind: 'size', of };
  }

  #call(): Condition {
    const name = this.#reader.take().text;
    switch (name) {
      case 'attribute_exists':
      case 'attribute_not_exists': {
        const [of] = this.#arguments(name, 1);
        return { kind: 'exists', path: this.#pathOf(of, name), wanted: name === 'attribute_exists' };
      }
      case 'attribute_type': {
        const [of, type] = this.#arguments(name, 2);
        return { kind: 'type', path: this.#pathOf(of, name), type: this.#typeName(type) };
      }
      case 'begins_with':
      case 'contains': {
        const [operand, part] = this.#arguments(name, 2);
        if (operand === undefined || part === undefined) throw this.#reader.unexpected();
        if (name === 'contains') return { kind: 'contains', operand, part };
        const allowed = new Set<AttributeType>(['S', 'B']);
        for (const side of [operand, part]) this.#requireType(side, allowed, `operator or function: ${name}`);
        return { kind: 'begins-with', operand, part };
      }
      default:
        throw this.#wrongFunction(name);
    }
  }

  #arguments(name: string, count: number): readonly Operand[] {
    const operands: Operand[] = [];
    this.#reader.expect('(');
    do operands.push(this.#operand());
    while (this.#reader.skip(','));
    this.#reader.expect(')');
    if (operands.length !== count) {
      const given = `operator or function: ${name}, number of operands: ${operands.length}`;
      throw this.#reader.failure(`Incorrect number of operands for operator or function; ${given}`);
    }
    return operands;
  }

  #pathOf(operand: Operand | undefined, name: string): DocumentPath {
    if (operand?.kind === 'path') return operand.path;
    throw this.#reader.failure(`Operator or function requires a document path; operator or function: ${name}`);
  }

  #typeName(operand: Operand | undefined): AttributeType {
    const name = operand?.kind === 'value' && 'S' in operand.value ? operand.value.S : '';
    if (isAttributeType(name)) return name;
    const valid = 'valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}';
    throw this.#reader.failure(`Invalid attribute type name found; type: ${name}, ${valid}`);
  }

  #requireType(operand: Operand, allowed: ReadonlySet<AttributeType>, where: string): void {
    if (operand.kind !== 'value' || allowed.has(typeOf(operand.value))) return;
    const type = `operand type: ${typeOf(operand.value)}`;
    throw this.#reader.failure(`Incorrect operand type for operator or function; ${where}, ${type}`);
  }

  #wrongFunction(name: string): Error {
    const known = ['attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains', 'size'];
    if (known.includes(name)) {
      return this.#reader.failure(
        `The function is not allowed to be used this way in an expression; function: ${name}`,
      );
    }
    return this.#reader.failure(`Invalid function name; function: ${name}`);
  }
}
