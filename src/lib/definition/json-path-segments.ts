/** What a JSONPath consists of. */
import type { Json } from './json.js';

export type PathRoot =
  { readonly kind: 'input' } | { readonly kind: 'context' } | { readonly kind: 'variable'; readonly name: string };

export type Segment =
  | { readonly kind: 'name'; readonly name: string }
  /** `['a','b']`: one object of several members, or the members themselves when more segments follow. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | {
      readonly kind: 'slice';
      readonly from: number | undefined;
      readonly to: number | undefined;
      readonly step: number;
    }
  | { readonly kind: 'wildcard' }
  /** `..`: what follows is looked for at every depth. */
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly test: FilterTest }
  | { readonly kind: 'call'; readonly name: PathFunction };

export const PATH_FUNCTIONS = [
  'length',
  'size',
  'min',
  'max',
  'avg',
  'sum',
  'stddev',
  'keys',
  'first',
  'last',
] as const;
export type PathFunction = (typeof PATH_FUNCTIONS)[number];

export const FILTER_OPERATORS = [
  '===', '!==', '==', '!=', '<=', '>=', '<', '>', '=~',
  'nin', 'in', 'subsetof', 'anyof', 'noneof', 'contains', 'sizeof', 'size', 'all', 'empty',
] as const; // prettier-ignore
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export type FilterTest =
  | { readonly kind: 'and' | 'or'; readonly tests: readonly FilterTest[] }
  | { readonly kind: 'not'; readonly test: FilterTest }
  | { readonly kind: 'exists'; readonly path: FilterPath }
  | { readonly kind: 'compare'; readonly operator: FilterOperator; readonly left: Operand; readonly right: Operand };

export type Operand =
  | { readonly kind: 'path'; readonly path: FilterPath }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'pattern'; readonly pattern: RegExp };

/** A path inside a filter: from the element (`@`) or from the document (`$`). */
export interface FilterPath {
  readonly from: 'element' | 'document';
  readonly segments: readonly Segment[];
  readonly definite: boolean;
}

export interface JsonPath {
  readonly text: string;
  readonly root: PathRoot;
  readonly segments: readonly Segment[];
  /** Whether at most one value can be found; a path that is not definite always gives an array. */
  readonly definite: boolean;
}

/** Names and indexes only, so that at most one value can be found. */
export function isDefinite(segments: readonly Segment[]): boolean {
  return segments.every(
    (segment, position) =>
      segment.kind === 'name' ||
      segment.kind === 'index' ||
      segment.kind === 'call' ||
      (segment.kind === 'names' && position === segments.length - 1),
  );
}
