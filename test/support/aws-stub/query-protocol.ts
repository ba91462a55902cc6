import type { AwsError, Input } from './service.js';

type Tree = { [name: string]: Tree | string };

/**
 * `Tags.member.1.Key=a&Tags.member.1.Value=b` as `{ Tags: [{ Key: 'a', Value: 'b' }] }`; `Attributes.entry.1.key=...` as
 * `{ Attributes: [{ key, value }] }`.
 */
export function parseQuery(body: string): Input {
  const tree: Tree = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let at = tree;
    for (const name of names) at = (at[name] ??= {}) as Tree;
    at[last] = value;
  }
  return listsOf(tree) as Input;
}

function listsOf(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  const members = tree['member'] ?? tree['entry'];
  if (members !== undefined && typeof members !== 'string') {
    const numbers = Object.keys(members).sort((a, b) => Number(a) - Number(b));
    return numbers.map((number) => listsOf(members[number] ?? ''));
  }
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, listsOf(value)]));
}

/** A map of attributes, which the protocol writes as entries and not as members. */
export class Entries {
  constructor(readonly values: Readonly<Record<string, string>>) {}
}

export function renderQueryAnswer(action: string, result: unknown): string {
  const inner = `<${action}Result>${xml(result ?? {})}</${action}Result>`;
  return `<${action}Response>${inner}<ResponseMetadata><RequestId>stub</RequestId></ResponseMetadata></${action}Response>`;
}

export function renderQueryError({ code, message }: AwsError): string {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
  return `<ErrorResponse>${error}<RequestId>stub</RequestId></ErrorResponse>`;
}

function xml(value: unknown): string {
  if (Array.isArray(value)) return value.map((member) => `<member>${xml(member)}</member>`).join('');
  if (value instanceof Entries) {
    const entry = ([key, text]: [string, string]) =>
      `<entry><key>${escaped(key)}</key><value>${escaped(text)}</value></entry>`;
    return Object.entries(value.values).map(entry).join('');
  }
  if (typeof value === 'object' && value !== null) {
    const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
    return given.map(([name, inner]) => `<${name}>${xml(inner)}</${name}>`).join('');
  }
  return escaped(String(value));
}

function escaped(text: string): string {
  return text.replace(/&/gu, '&amp;').replace(/</gu, '&lt;').replace(/>/gu, '&gt;').replace(/"/gu, '&quot;');
}
