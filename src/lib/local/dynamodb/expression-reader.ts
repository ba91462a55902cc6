import type { AttributeValue } from './attribute-value.js';
import { clash, describePath, type DocumentPath } from './document-path.js';
import { validationFailure } from './dynamodb-error.js';
import { syntaxFailure, tokenise, type Token } from './expression-tokens.js';
import type { Placeholders } from './placeholders.js';
import { isReservedWord } from './reserved-words.js';

/**
 * The tokens of one expression, read from left to right, and what all of DynamoDB's expressions have in common: document
 * paths and values. The grammar is small enough for a parser by hand (one method a rule, in condition-parser.ts and
 * update-parser.ts); dynalite's generated ones are no longer maintained and would bring a server along.
 */
export class ExpressionReader {
  /** `ConditionExpression`, `UpdateExpression` ...: what messages call it. */
  readonly kind: string;
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  readonly #placeholders: Placeholders;
  #position = 0;

  constructor(kind: string, expression: unknown, placeholders: Placeholders) {
    if (typeof expression !== 'string') throw validationFailure(`Invalid ${kind}: it must be a text`);
    this.kind = kind;
    this.#expression = expression;
    this.#tokens = tokenise(expression, kind);
    this.#placeholders = placeholders;
  }

  get token(): Token {
    return this.#tokens[this.#position] ?? { kind: 'end', text: '<EOF>', at: this.#expression.length };
  }

  get following(): Token | undefined {
    return this.#tokens[this.#position + 1];
  }

  /** Whether the next token is this symbol. */
  at(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  /** Keywords are words in any case. */
  atKeyword(keyword: string): boolean {
    return this.token.kind === 'word' && this.token.text.toUpperCase() === keyword;
  }

  /** Whether a function call begins here. */
  atCall(): boolean {
    return this.token.kind === 'word' && this.following?.text === '(';
  }

  take(): Token {
    const { token } = this;
    this.#position += 1;
    return token;
  }

  skip(symbol: string): boolean {
    if (!this.at(symbol)) return false;
    this.#position += 1;
    return true;
  }

  skipKeyword(keyword: string): boolean {
    if (!this.atKeyword(keyword)) return false;
    this.#position += 1;
    return true;
  }

  expect(symbol: string): void {
    if (!this.skip(symbol)) throw this.unexpected();
  }

  expectKeyword(keyword: string): void {
    if (!this.skipKeyword(keyword)) throw this.unexpected();
  }

  expectEnd(): void {
    if (this.token.kind !== 'end') throw this.unexpected();
  }

  path(): DocumentPath {
    const path: (string | number)[] = [this.#name()];
    for (;;) {
      if (this.skip('.')) {
        path.push(this.#name());
      } else if (this.skip('[')) {
        if (this.token.kind !== 'number') throw this.unexpected();
        path.push(Number(this.take().text));
        this.expect(']');
      } else {
        return path;
      }
    }
  }

  atValue(): boolean {
    return this.token.kind === 'value';
  }

  value(): AttributeValue {
    if (!this.atValue()) throw this.unexpected();
    return this.#placeholders.value(this.take().text, this.kind);
  }

  /** No two of the paths may touch the same place. @throws ValidationException */
  refuseClashes(paths: readonly DocumentPath[]): void {
    paths.forEach((one, index) => {
      for (const other of paths.slice(index + 1)) {
        const kind = clash(one, other);
        if (kind === undefined) continue;
        const problem = `Two document paths ${kind} with each other; must remove or rewrite one of these paths`;
        throw this.failure(`${problem}; path one: ${describePath(one)}, path two: ${describePath(other)}`);
      }
    });
  }

  unexpected(): Error {
    return syntaxFailure(this.kind, this.#expression, this.token.text, this.token.at);
  }

  failure(message: string): Error {
    return validationFailure(`Invalid ${this.kind}: ${message}`);
  }

  #name(): string {
    const { kind, text } = this.token;
    if (kind === 'name') {
      this.#position += 1;
      return this.#placeholders.name(text, this.kind);
    }
    if (kind !== 'word') throw this.unexpected();
    if (isReservedWord(text)) throw this.failure(`Attribute name is a reserved keyword; reserved keyword: ${text}`);
    this.#position += 1;
    return text;
  }
}
