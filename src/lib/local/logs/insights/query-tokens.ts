import { malformedQuery } from './query-error.js';

export interface QueryToken {
  readonly kind: 'word' | 'text' | 'number' | 'pattern' | 'sign' | 'pipe' | 'end';
  /** Of a text or pattern: what is between its delimiters. */
  readonly value: string;
  readonly at: number;
}

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|#[^\n]*)`,
    String.raw`(?<number>-?\d+(?:\.\d+)?(?![\w.]))`,
    '`(?<quotedName>[^`]+)`',
    String.raw`"(?<double>(?:[^"\\]|\\.)*)"`,
    String.raw`'(?<single>(?:[^'\\]|\\.)*)'`,
    String.raw`\/(?<pattern>(?:[^\/\\\n]|\\.)+)\/`,
    String.raw`(?<word>[@\w$][\w.@$-]*)`,
    '(?<pipe>\\|)',
    String.raw`(?<sign>!=|<=|>=|=~|[=<>(),\[\]])`,
  ].join('|'),
  'y',
);

/** Takes a query apart. @throws AwsError MalformedQueryException */
export function queryTokens(query: string): QueryToken[] {
  const tokens: QueryToken[] = [];
  let at = 0;
  while (at < query.length) {
    TOKEN.lastIndex = at;
    const groups = TOKEN.exec(query)?.groups;
    if (groups === undefined)
      throw malformedQuery(`unexpected symbol found ${query.charAt(at)} at character ${at}`, at);
    const add = (kind: QueryToken['kind'], value: string | undefined) => {
      if (value !== undefined) tokens.push({ kind, value, at });
    };
    add('number', groups['number']);
    add('word', groups['quotedName'] ?? groups['word']);
    add('text', (groups['double'] ?? groups['single'])?.replace(/\\(.)/g, '$1'));
    add('pattern', groups['pattern']);
    add('pipe', groups['pipe']);
    add('sign', groups['sign']);
    at = TOKEN.lastIndex;
  }
  tokens.push({ kind: 'end', value: '', at: query.length });
  return tokens;
}
