import { malformedQuery } from './query-error.js';
import { queryTokens, type QueryToken } from './query-tokens.js';

/** Goes through a query's tokens. */
export class QueryReader {
  private readonly tokens: readonly QueryToken[];
  private position = 0;

  constructor(query: string) {
    this.tokens = queryTokens(query);
  }

  peek(): QueryToken {
    return this.tokens[this.position] ?? { kind: 'end', value: '', at: 0 };
  }

  next(): QueryToken {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  /** Keywords are written in any case. */
  takeWord(word: string): boolean {
    const { kind, value } = this.peek();
    return this.takeIf(kind === 'word' && value.toLowerCase() === word);
  }

  takeSign(sign: string): boolean {
    const { kind, value } = this.peek();
    return this.takeIf((kind === 'sign' || kind === 'pipe') && value === sign);
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw malformedQuery(`${sign} is missing`, this.peek().at);
  }

  private takeIf(taken: boolean): boolean {
    if (taken) this.position += 1;
    return taken;
  }
}
