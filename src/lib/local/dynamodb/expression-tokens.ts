import { validationFailure } from './dynamodb-error.js';

export type Token =
  | { readonly kind: 'word' | 'name' | 'value' | 'number' | 'symbol'; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: '<EOF>'; readonly at: number };

const TOKEN =
  /\s*(?:(#[A-Za-z0-9_.-]*[A-Za-z0-9_-])|(:[A-Za-z0-9_]+)|([A-Za-z_][A-Za-z0-9_]*)|(\d+)|(<>|<=|>=|[=<>()[\].,+-]))/y;
const KINDS = ['name', 'value', 'word', 'number', 'symbol'] as const;
/** Longest expression DynamoDB takes, in bytes. */
const LONGEST = 4096;

/** Cuts an expression into tokens. `kind` is the parameter's name, for messages. @throws ValidationException */
export function tokenise(expression: string, kind: string): readonly Token[] {
  if (expression.trim() === '') throw validationFailure(`Invalid ${kind}: The expression can not be empty;`);
  const size = Buffer.byteLength(expression);
  if (size > LONGEST) {
    throw validationFailure(
      `Invalid ${kind}: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    );
  }
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  let from = 0;
  for (let match = TOKEN.exec(expression); match !== null; match = TOKEN.exec(expression)) {
    const group = KINDS.findIndex((_, index) => match?.[index + 1] !== undefined);
    const text = match[group + 1] ?? '';
    tokens.push({ kind: KINDS[group] ?? 'symbol', text, at: TOKEN.lastIndex - text.length });
    from = TOKEN.lastIndex;
  }
  const rest = expression.slice(from).trimStart();
  if (rest !== '') throw syntaxFailure(kind, expression, rest.charAt(0), expression.length - rest.length);
  tokens.push({ kind: 'end', text: '<EOF>', at: expression.length });
  return tokens;
}

export function syntaxFailure(kind: string, expression: string, token: string, at: number): Error {
  const near = expression.slice(Math.max(0, at - 8), at + token.length + 8).trim();
  return validationFailure(`Invalid ${kind}: Syntax error; token: "${token}", near: "${near}"`);
}
