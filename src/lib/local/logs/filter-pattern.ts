import { AwsError } from '../wire/aws-error.js';

/** Whether a line matches. */
export type LineFilter = (message: string) => boolean;

/**
 * Compiles a filter pattern of CloudWatch Logs. Offered are what tools use:
 *
 *     term "two words" -without ?any ?of   plain terms: all of them, none of the minus ones, one of the question-mark ones
 *     { $.a.b = "x*" && ($.n > 3 || $.c NOT EXISTS) }      members of JSON lines
 *
 * Source: the CloudWatch Logs user guide, "Filter pattern syntax". Space-delimited and regular-expression patterns are refused.
 * @throws AwsError InvalidParameterException
 */
export function compileFilterPattern(pattern: string): LineFilter {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{')) return jsonFilter(text);
  if (text.startsWith('[') || text.startsWith('%'))
    throw invalid(`patterns that begin with ${text.charAt(0)} are not offered locally`);
  return termFilter(text);
}

function termFilter(text: string): LineFilter {
  const all: string[] = [];
  const none: string[] = [];
  const any: string[] = [];
  for (const [, sign = '', quoted, plain = ''] of text.matchAll(/([-?]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const term = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    (sign === '-' ? none : sign === '?' ? any : all).push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    !none.some((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term)));
}

type JsonTest = (line: unknown) => boolean;

function jsonFilter(text: string): LineFilter {
  if (!text.endsWith('}')) throw invalid('the closing brace is missing');
  const test = new JsonPatternReader(text.slice(1, -1)).read();
  return (message) => {
    if (!message.includes('{')) return false;
    try {
      const parsed: unknown = JSON.parse(message);
      return typeof parsed === 'object' && parsed !== null && test(parsed);
    } catch {
      return false;
    }
  };
}

const TOKEN =
  /\s*(?:(\$(?:\.[\w@-]+|\["(?:[^"\\]|\\.)*"\]|\[\d+\])*)|"((?:[^"\\]|\\.)*)"|(&&|\|\||!=|<=|>=|=|<|>|\(|\))|([^\s()=<>!&|"]+))/y;

type Token = { readonly kind: 'selector' | 'text' | 'sign' | 'word'; readonly value: string };

/** Or over and over comparisons, with parentheses. */
class JsonPatternReader {
  private readonly tokens: Token[] = [];
  private position = 0;

  constructor(text: string) {
    const trimmed = text.trimEnd();
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < trimmed.length) {
      const at = TOKEN.lastIndex;
      const found = TOKEN.exec(trimmed);
      if (found === null) throw invalid(`it cannot be read from ${JSON.stringify(trimmed.slice(at))} on`);
      const [, selector, quoted, sign, word] = found;
      if (selector !== undefined) this.tokens.push({ kind: 'selector', value: selector });
      else if (quoted !== undefined) this.tokens.push({ kind: 'text', value: quoted.replace(/\\(.)/g, '$1') });
      else if (sign !== undefined) this.tokens.push({ kind: 'sign', value: sign });
      else this.tokens.push({ kind: 'word', value: word ?? '' });
    }
  }

  read(): JsonTest {
    const test = this.either();
    if (this.position < this.tokens.length) throw invalid('there is something after its end');
    return test;
  }

  private either(): JsonTest {
    const tests = [this.both()];
    while (this.take('sign', '||')) tests.push(this.both());
    return (line) => tests.some((test) => test(line));
  }

  private both(): JsonTest {
    const tests = [this.one()];
    while (this.take('sign', '&&')) tests.push(this.one());
    return (line) => tests.every((test) => test(line));
  }

  private one(): JsonTest {
    if (this.take('sign', '(')) {
      const test = this.either();
      if (!this.take('sign', ')')) throw invalid('a closing parenthesis is missing');
      return test;
    }
    const selector = this.next();
    if (selector?.kind !== 'selector') throw invalid('a comparison begins with a selector such as $.level');
    const select = selectorOf(selector.value);
    if (this.takeWord('IS')) return this.is(select);
    if (this.takeWord('NOT')) {
      if (!this.takeWord('EXISTS')) throw invalid('after NOT comes EXISTS');
      return (line) => select(line) === undefined;
    }
    if (this.takeWord('EXISTS')) return (line) => select(line) !== undefined;
    const operator = this.next();
    const value = this.next();
    if (operator?.kind !== 'sign' || (value?.kind !== 'text' && value?.kind !== 'word')) {
      throw invalid(`${selector.value} has no comparison`);
    }
    return comparison(select, operator.value, value.value, value.kind === 'text');
  }

  private is(select: (line: unknown) => unknown): JsonTest {
    const word = this.next()?.value.toUpperCase();
    switch (word) {
      case 'NULL':
        return (line) => select(line) === null;
      case 'TRUE':
        return (line) => select(line) === true;
      case 'FALSE':
        return (line) => select(line) === false;
      default:
        throw invalid('after IS comes NULL, TRUE or FALSE');
    }
  }

  private next(): Token | undefined {
    return this.tokens[this.position++];
  }

  private take(kind: Token['kind'], value: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== kind || token.value !== value) return false;
    this.position += 1;
    return true;
  }

  private takeWord(word: string): boolean {
    const token = this.tokens[this.position];
    if (token?.kind !== 'word' || token.value.toUpperCase() !== word) return false;
    this.position += 1;
    return true;
  }
}

function selectorOf(text: string): (line: unknown) => unknown {
  const steps = [...text.matchAll(/\.([\w@-]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]/g)].map(
    ([, member, quoted, index]) => member ?? quoted ?? Number(index),
  );
  return (line) => {
    let value: unknown = line;
    for (const step of steps) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = (value as Record<string | number, unknown>)[step];
    }
    return value;
  };
}

function comparison(select: (line: unknown) => unknown, operator: string, wanted: string, quoted: boolean): JsonTest {
  const number = Number(wanted);
  const numeric = !quoted && wanted !== '' && !Number.isNaN(number);
  const matcher = wildcard(wanted);
  const equals = (value: unknown) =>
    numeric ? typeof value === 'number' && value === number : isScalar(value) && matcher(String(value));
  const ordered = (test: (value: number) => boolean): JsonTest => {
    if (!numeric) throw invalid(`${operator} compares numbers, not ${wanted}`);
    return (line) => {
      const value = select(line);
      return typeof value === 'number' && test(value);
    };
  };
  switch (operator) {
    case '=':
      return (line) => equals(select(line));
    case '!=':
      return (line) => {
        const value = select(line);
        return value !== undefined && !equals(value);
      };
    case '<':
      return ordered((value) => value < number);
    case '>':
      return ordered((value) => value > number);
    case '<=':
      return ordered((value) => value <= number);
    case '>=':
      return ordered((value) => value >= number);
    default:
      throw invalid(`${operator} is no comparison`);
  }
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** A `*` stands for any run of characters; matching takes time proportional to the text for each part between stars. */
function wildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return (text) => text === pattern;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const part of rest) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`);
}
