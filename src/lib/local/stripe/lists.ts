import type { Parameters } from './parameters.js';
import { badParameter } from './stripe-refusal.js';

const DEFAULT_LIMIT = 10;
const LARGEST_LIMIT = 100;

/** One page of a list, newest first: https://docs.stripe.com/api/pagination */
export function pageOf(parameters: Parameters, url: string, objects: readonly { readonly id: string }[]): object {
  const limit = limitOf(parameters);
  const after = parameters.text('starting_after');
  parameters.refuseOthers();
  const start = after === undefined ? 0 : objects.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0)
    throw badParameter(`No such object: '${after}'`, 'starting_after', 'resource_missing');
  const data = objects.slice(start, start + limit);
  return { object: 'list', url, has_more: start + data.length < objects.length, data };
}

/**
 * A search by `metadata['key']:'value'` and `status:'word'`, joined by AND: the part of Stripe's query language that orders
 * needs. Unlike Stripe's it sees what was written a moment ago.
 */
export function searchPage(parameters: Parameters, url: string, objects: readonly Searched[]): object {
  const query = parameters.requiredText('query');
  const limit = limitOf(parameters);
  const page = parameters.text('page');
  parameters.refuseOthers();
  const clauses = query.split(/\s+AND\s+/i).map(parseClause);
  const found = objects.filter((object) => clauses.every((clause) => clause(object)));
  const start = Number(page ?? 0);
  const data = found.slice(start, start + limit);
  const next = start + data.length;
  return {
    object: 'search_result',
    url,
    has_more: next < found.length,
    next_page: next < found.length ? String(next) : null,
    data,
  };
}

/** What the queries ask about; a customer has no status. */
interface Searched {
  readonly metadata: Readonly<Record<string, string>>;
  readonly status?: string;
}

function parseClause(text: string): (object: Searched) => boolean {
  const match = /^\s*(?:status|metadata\[(['"])((?:\\.|(?!\1).)*)\1\])\s*:\s*(['"])((?:\\.|(?!\3).)*)\3\s*$/.exec(text);
  if (match === null) throw badParameter(`We were unable to parse your search query near: ${text}`, 'query');
  const unescape = (quoted: string): string => quoted.replace(/\\(.)/g, '$1');
  const value = unescape(match[4] ?? '');
  if (match[2] === undefined) return (object) => object.status === value;
  const key = unescape(match[2]);
  return (object) => object.metadata[key] === value;
}

function limitOf(parameters: Parameters): number {
  const limit = parameters.integer('limit') ?? DEFAULT_LIMIT;
  if (limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw badParameter(`limit must be between 1 and ${LARGEST_LIMIT}`, 'limit');
}
