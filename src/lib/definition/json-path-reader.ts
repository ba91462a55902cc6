import type { Json } from './json.js';
import {
  FILTER_OPERATORS,
  PATH_FUNCTIONS,
  isDefinite,
  type FilterTest,
  type JsonPath,
  type Operand,
  type PathFunction,
  type PathRoot,
  type Segment,
} from './json-path-segments.js';

export class JsonPathSyntaxError extends Error {
  override readonly name = 'JsonPathSyntaxError';
}

/** Reads one path; the grammar is described at `parseJsonPath`. */
export class PathReader {
  #at = 0;

  readonly text: string;

  /** Blanks at its end are no part of a path: definitions with them run on AWS (its own samples hold one). */
  constructor(text: string) {
    this.text = text.trimEnd();
  }

  readWhole(): JsonPath {
    const { text } = this;
    if (!text.startsWith('$')) this.#fail('a path begins with $');
    this.#at = 1;
    let root: PathRoot = { kind: 'input' };
    if (text[1] === '$') {
      this.#at = 2;
      root = { kind: 'context' };
    } else {
      const variable = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(text.slice(1));
      if (variable) {
        this.#at += variable[0].length;
        root = { kind: 'variable', name: variable[0] };
      }
    }
    const segments = this.#readSegments(true);
    if (this.#at < text.length) this.#fail(`unexpected '${text[this.#at]}'`);
    return { text, root, segments, definite: isDefinite(segments) };
  }

  /** `outermost`: unquoted names may hold spaces and operators, which end a path inside a filter. */
  #readSegments(outermost: boolean): Segment[] {
    const segments: Segment[] = [];
    for (;;) {
      const next = this.text[this.#at];
      if (next === '.') {
        this.#at++;
        if (this.text[this.#at] === '.') {
          this.#at++;
          segments.push({ kind: 'descend' });
          if (this.text[this.#at] === '[') continue;
        }
        if (this.text[this.#at] === '[') continue;
        segments.push(this.#readName(outermost));
      } else if (next === '[') {
        segments.push(this.#readBrackets());
      } else {
        return segments;
      }
    }
  }

  #readName(outermost: boolean): Segment {
    if (this.text[this.#at] === '*') {
      this.#at++;
      return { kind: 'wildcard' };
    }
    const end = outermost ? /[.[(\s]/g : /[.[()\s=!<>&|,\]]/g;
    end.lastIndex = this.#at;
    const found = end.exec(this.text);
    const stop = found ? found.index : this.text.length;
    const name = this.text.slice(this.#at, stop);
    if (name === '') this.#fail('a name is missing after the dot');
    this.#at = stop;
    if (this.text[stop] !== '(') return { kind: 'name', name };
    if (!(PATH_FUNCTIONS as readonly string[]).includes(name)) this.#fail(`no function is called ${name}`);
    this.#at++;
    this.#skipSpace();
    this.#expect(')');
    return { kind: 'call', name: name as PathFunction };
  }

  #readBrackets(): Segment {
    this.#expect('[');
    this.#skipSpace();
    const next = this.text[this.#at];
    let segment: Segment;
    if (next === '*') {
      this.#at++;
      segment = { kind: 'wildcard' };
    } else if (next === '?') {
      this.#at++;
      this.#skipSpace();
      this.#expect('(');
      const test = this.#readOr();
      this.#skipSpace();
      this.#expect(')');
      segment = { kind: 'filter', test };
    } else if (next === "'" || next === '"') {
      const names = this.#readList(() => this.#readQuoted());
      segment = names.length === 1 ? { kind: 'name', name: names[0]! } : { kind: 'names', names };
    } else {
      segment = this.#readPositions();
    }
    this.#skipSpace();
    this.#expect(']');
    return segment;
  }

  #readPositions(): Segment {
    const match = /(?:-?\d*\s*:\s*-?\d*\s*(?::\s*-?\d*\s*)?|-?\d+\s*(?:,\s*-?\d+\s*)*)(?=\])/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.text);
    if (!found) this.#fail('brackets hold a number, a slice, a quoted name, * or a filter');
    this.#at = match.lastIndex;
    const numbers = (separator: string) =>
      found[0].split(separator).map((part) => (part.trim() === '' ? undefined : Number(part)));
    if (found[0].includes(':')) {
      const [from, to, step] = numbers(':');
      return { kind: 'slice', from, to, step: step ?? 1 };
    }
    const indexes = numbers(',') as number[];
    return indexes.length === 1 ? { kind: 'index', index: indexes[0]! } : { kind: 'indexes', indexes };
  }

  #readList<T>(readOne: () => T): T[] {
    const list: T[] = [];
    for (;;) {
      this.#skipSpace();
      list.push(readOne());
      this.#skipSpace();
      if (this.text[this.#at] !== ',') return list;
      this.#at++;
    }
  }

  #readQuoted(): string {
    const quote = this.text[this.#at++];
    let value = '';
    for (; this.#at < this.text.length; this.#at++) {
      const character = this.text[this.#at]!;
      if (character === quote) {
        this.#at++;
        return value;
      }
      if (character === '\\' && this.#at + 1 < this.text.length) {
        this.#at++;
        value += unescaped(this.text[this.#at]!);
      } else {
        value += character;
      }
    }
    return this.#fail('a quote is not closed');
  }

  #readOr(): FilterTest {
    return this.#readJoined('||', 'or', () => this.#readJoined('&&', 'and', () => this.#readTest()));
  }

  #readJoined(operator: string, kind: 'and' | 'or', readOne: () => FilterTest): FilterTest {
    const tests = [readOne()];
    for (;;) {
      this.#skipSpace();
      if (!this.text.startsWith(operator, this.#at)) return tests.length === 1 ? tests[0]! : { kind, tests };
      this.#at += operator.length;
      tests.push(readOne());
    }
  }

  #readTest(): FilterTest {
    this.#skipSpace();
    if (this.text[this.#at] === '(') {
      this.#at++;
      const test = this.#readOr();
      this.#skipSpace();
      this.#expect(')');
      return test;
    }
    if (this.text[this.#at] === '!') {
      this.#at++;
      return { kind: 'not', test: this.#readTest() };
    }
    const left = this.#readOperand();
    this.#skipSpace();
    const rest = this.text.slice(this.#at, this.#at + 9).toLowerCase();
    const operator = FILTER_OPERATORS.find((known) => rest.startsWith(known));
    if (operator) {
      this.#at += operator.length;
      return { kind: 'compare', operator, left, right: this.#readOperand() };
    }
    if (left.kind !== 'path') return this.#fail('a filter compares, or asks whether a path exists');
    return { kind: 'exists', path: left.path };
  }

  #readOperand(): Operand {
    this.#skipSpace();
    const next = this.text[this.#at];
    if (next === '@' || next === '$') {
      this.#at++;
      const segments = this.#readSegments(false);
      const from = next === '@' ? 'element' : 'document';
      return { kind: 'path', path: { from, segments, definite: isDefinite(segments) } };
    }
    if (next === "'" || next === '"') return { kind: 'literal', value: this.#readQuoted() };
    if (next === '/') return this.#readPattern();
    if (next === '[') {
      this.#at++;
      this.#skipSpace();
      const values = this.text[this.#at] === ']' ? [] : this.#readList(() => this.#readLiteral());
      this.#skipSpace();
      this.#expect(']');
      return { kind: 'literal', value: values };
    }
    return { kind: 'literal', value: this.#readLiteral() };
  }

  #readLiteral(): Json {
    const next = this.text[this.#at];
    if (next === "'" || next === '"') return this.#readQuoted();
    const match = /true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/iy;
    match.lastIndex = this.#at;
    const found = match.exec(this.text);
    if (!found) return this.#fail('a value is expected');
    this.#at = match.lastIndex;
    return JSON.parse(found[0].toLowerCase()) as Json;
  }

  #readPattern(): Operand {
    const match = /\/((?:\\.|[^/\\])+)\/([a-zA-Z]*)/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.text);
    if (!found) return this.#fail('a pattern is not closed');
    this.#at = match.lastIndex;
    try {
      // Java's matcher asks for the whole text.
      const flags = [...new Set(found[2])].filter((flag) => 'imsu'.includes(flag)).join('');
      return { kind: 'pattern', pattern: new RegExp(`^(?:${found[1]})$`, flags) };
    } catch {
      return this.#fail(`${found[0]} is no pattern`);
    }
  }

  #skipSpace(): void {
    while (/\s/.test(this.text[this.#at] ?? 'x')) this.#at++;
  }

  #expect(character: string): void {
    if (this.text[this.#at] !== character) this.#fail(`'${character}' is expected`);
    this.#at++;
  }

  #fail(reason: string): never {
    throw new JsonPathSyntaxError(`${reason} at position ${this.#at} of ${this.text}`);
  }
}

function unescaped(character: string): string {
  switch (character) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    default:
      return character;
  }
}
