/**
 * The grammar of intrinsic functions, `States.Format('{} of {}', $.a, States.MathAdd($.n, 1))`: text -> call.
 *
 * Arguments are paths, texts in single quotes (where `\'`, `\{`, `\}` and `\\` are escaped), numbers, booleans, null and
 * further calls. Source: developer guide, "Intrinsics for JSONPath states".
 */
import type { Json } from './json.js';
import { parseJsonPath } from './json-path.js';
import { JsonPathSyntaxError } from './json-path-reader.js';
import type { JsonPath } from './json-path-segments.js';

/** How many arguments each function takes: [least, most]. */
const ARITY = {
  Format: [1, Infinity],
  StringToJson: [1, 1],
  JsonToString: [1, 1],
  Array: [0, Infinity],
  ArrayPartition: [2, 2],
  ArrayContains: [2, 2],
  ArrayRange: [3, 3],
  ArrayGetItem: [2, 2],
  ArrayLength: [1, 1],
  ArrayUnique: [1, 1],
  Base64Encode: [1, 1],
  Base64Decode: [1, 1],
  Hash: [2, 2],
  JsonMerge: [3, 3],
  MathRandom: [2, 3],
  MathAdd: [2, 2],
  StringSplit: [2, 2],
  UUID: [0, 0],
} as const satisfies Record<string, readonly [number, number]>;

export type IntrinsicName = keyof typeof ARITY;

export interface IntrinsicCall {
  readonly kind: 'call';
  /** As written, for messages. */
  readonly text: string;
  readonly name: IntrinsicName;
  readonly arguments: readonly IntrinsicArgument[];
}

export type IntrinsicArgument =
  | IntrinsicCall
  | { readonly kind: 'path'; readonly path: JsonPath }
  /** `raw` still has its escapes: only they tell a literal brace from a place to fill. */
  | { readonly kind: 'text'; readonly value: string; readonly raw: string }
  | { readonly kind: 'literal'; readonly value: Json };

export class IntrinsicSyntaxError extends Error {
  override readonly name = 'IntrinsicSyntaxError';
}

const cache = new Map<string, IntrinsicCall>();
const CACHE_LIMIT = 5_000;

/** Whether a text is meant as a call rather than as a path. */
export function looksLikeIntrinsic(text: string): boolean {
  return text.startsWith('States.');
}

/**
 * Compiled once a text and kept.
 * @throws IntrinsicSyntaxError for an unknown function, a wrong number of arguments, a malformed argument.
 */
export function parseIntrinsicCall(text: string): IntrinsicCall {
  const known = cache.get(text);
  if (known) return known;
  const parsed = new CallReader(text).readWhole();
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(text, parsed);
  return parsed;
}

/** The text of a quoted argument without its escapes. */
export function withoutEscapes(raw: string): string {
  return raw.replace(/\\([\\'{}])/g, '$1');
}

class CallReader {
  #at = 0;

  constructor(readonly text: string) {}

  readWhole(): IntrinsicCall {
    const call = this.#readCall();
    this.#skipSpace();
    if (this.#at < this.text.length) this.#fail(`unexpected '${this.text[this.#at]}'`);
    return call;
  }

  #readCall(): IntrinsicCall {
    const start = this.#at;
    const found = this.#take(/States\.([A-Za-z0-9]+)\s*\(/y);
    if (!found) this.#fail('a function is expected');
    const name = found[1]!;
    if (!Object.hasOwn(ARITY, name)) this.#fail(`no intrinsic function is called States.${name}`);
    const given: IntrinsicArgument[] = [];
    this.#skipSpace();
    if (this.text[this.#at] !== ')') {
      for (;;) {
        given.push(this.#readArgument());
        this.#skipSpace();
        if (this.text[this.#at] !== ',') break;
        this.#at++;
      }
    }
    if (this.text[this.#at] !== ')') this.#fail("')' is expected");
    this.#at++;
    const [least, most] = ARITY[name as IntrinsicName];
    if (given.length < least || given.length > most) {
      this.#fail(
        `States.${name} takes ${least === most ? least : `${least} to ${most}`} arguments, not ${given.length}`,
      );
    }
    return { kind: 'call', text: this.text.slice(start, this.#at), name: name as IntrinsicName, arguments: given };
  }

  #readArgument(): IntrinsicArgument {
    this.#skipSpace();
    const next = this.text[this.#at];
    if (next === "'") {
      const found = this.#take(/'((?:\\[^]|[^'\\])*)'/y);
      if (!found) return this.#fail('a quote is not closed');
      return { kind: 'text', raw: found[1]!, value: withoutEscapes(found[1]!) };
    }
    if (next === '$') return { kind: 'path', path: this.#readPath() };
    if (this.text.startsWith('States.', this.#at)) return this.#readCall();
    const literal = this.#take(/(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,)])/y);
    if (!literal)
      return this.#fail('an argument is a path, a text in single quotes, a number, true, false, null or a call');
    return { kind: 'literal', value: JSON.parse(literal[0]) as Json };
  }

  /** A path goes on to the comma or parenthesis that is not inside its own brackets or quotes. */
  #readPath(): JsonPath {
    const start = this.#at;
    let depth = 0;
    let quote = '';
    for (; this.#at < this.text.length; this.#at++) {
      const character = this.text[this.#at]!;
      if (quote) {
        if (character === '\\') this.#at++;
        else if (character === quote) quote = '';
      } else if (depth > 0 && (character === "'" || character === '"')) {
        quote = character;
      } else if (character === '[' || character === '(') {
        depth++;
      } else if (depth > 0 && (character === ']' || character === ')')) {
        depth--;
      } else if (depth === 0 && (character === ',' || character === ')')) {
        break;
      }
    }
    try {
      return parseJsonPath(this.text.slice(start, this.#at).trim());
    } catch (error) {
      if (error instanceof JsonPathSyntaxError) throw new IntrinsicSyntaxError(error.message);
      throw error;
    }
  }

  #take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found) this.#at = pattern.lastIndex;
    return found;
  }

  #skipSpace(): void {
    this.#take(/\s*/y);
  }

  #fail(reason: string): never {
    throw new IntrinsicSyntaxError(`${reason} at position ${this.#at} of ${this.text}`);
  }
}
