import { parseValue, type AttributeValue } from './attribute-value.js';
import { validationFailure } from './dynamodb-error.js';

/**
 * ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions used: DynamoDB
 * refuses one that is missing as well as one that is left over.
 */
export class Placeholders {
  readonly #names: ReadonlyMap<string, string>;
  readonly #values: ReadonlyMap<string, AttributeValue>;
  readonly #used = new Set<string>();

  /** @throws ValidationException for malformed placeholders or values. */
  constructor(names: unknown, values: unknown) {
    this.#names = new Map(
      entriesOf('ExpressionAttributeNames', names).map(([placeholder, name]) => {
        if (!/^#[A-Za-z0-9_.-]+$/.test(placeholder)) {
          throw validationFailure(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${placeholder}"`);
        }
        if (typeof name !== 'string' || name === '') {
          throw validationFailure(
            `ExpressionAttributeNames contains invalid value: ${String(name)} for key ${placeholder}`,
          );
        }
        return [placeholder, name];
      }),
    );
    this.#values = new Map(
      entriesOf('ExpressionAttributeValues', values).map(([placeholder, value]) => {
        if (!/^:[A-Za-z0-9_]+$/.test(placeholder)) {
          throw validationFailure(
            `ExpressionAttributeValues contains invalid key: Syntax error; key: "${placeholder}"`,
          );
        }
        return [placeholder, parsed(placeholder, value)];
      }),
    );
  }

  name(placeholder: string, kind: string): string {
    const name = this.#names.get(placeholder);
    if (name === undefined) {
      const what = 'An expression attribute name used in the document path is not defined';
      throw validationFailure(`Invalid ${kind}: ${what}; attribute name: ${placeholder}`);
    }
    this.#used.add(placeholder);
    return name;
  }

  value(placeholder: string, kind: string): AttributeValue {
    const value = this.#values.get(placeholder);
    if (value === undefined) {
      const what = 'An expression attribute value used in expression is not defined';
      throw validationFailure(`Invalid ${kind}: ${what}; attribute value: ${placeholder}`);
    }
    this.#used.add(placeholder);
    return value;
  }

  /** To be called after all expressions are parsed. @throws ValidationException */
  checkAllUsed(): void {
    const names = [...this.#names.keys()].filter((placeholder) => !this.#used.has(placeholder));
    if (names.length > 0) {
      throw validationFailure(
        `Value provided in ExpressionAttributeNames unused in expressions: keys: {${names.join(', ')}}`,
      );
    }
    const values = [...this.#values.keys()].filter((placeholder) => !this.#used.has(placeholder));
    if (values.length > 0) {
      throw validationFailure(
        `Value provided in ExpressionAttributeValues unused in expressions: keys: {${values.join(', ')}}`,
      );
    }
  }
}

function entriesOf(parameter: string, map: unknown): [string, unknown][] {
  if (map === undefined || map === null) return [];
  const entries = Object.entries(map);
  if (entries.length === 0) throw validationFailure(`${parameter} must not be empty`);
  return entries;
}

function parsed(placeholder: string, value: unknown): AttributeValue {
  try {
    return parseValue(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw validationFailure(`ExpressionAttributeValues contains invalid value: ${reason} for key ${placeholder}`);
  }
}
