import type { Segment } from '../json-path-segments.js';
import type { Json } from '../json.js';

/**
 * What is known of a JSON value before anything runs. Only certainty counts: `any` where nothing is known, and a key that
 * may be there on one of two ways is taken to be there.
 */
export type Shape =
  | { readonly kind: 'any' }
  | { readonly kind: 'scalar' }
  /** An object with these keys; `open`: perhaps with others, too. */
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Shape>; readonly open?: true }
  /** `length` where it is known. */
  | { readonly kind: 'array'; readonly items: Shape; readonly length?: number };

export const ANY: Shape = { kind: 'any' };
export const SCALAR: Shape = { kind: 'scalar' };

export function objectOf(members: Readonly<Record<string, Shape>>): Shape {
  return { kind: 'object', members: new Map(Object.entries(members)) };
}

/** Of a literal. */
export function shapeOf(value: Json): Shape {
  if (Array.isArray(value)) {
    return {
      kind: 'array',
      items: value.map((item: Json) => shapeOf(item)).reduce(either, SCALAR),
      length: value.length,
    };
  }
  if (typeof value !== 'object' || value === null) return SCALAR;
  return objectOf(Object.fromEntries(Object.entries(value).map(([name, held]) => [name, shapeOf(held)])));
}

/** Of a value that has one shape or the other. */
export function either(left: Shape, right: Shape): Shape {
  if (left.kind === 'any' || right.kind === 'any') return ANY;
  if (left.kind === 'object' && right.kind === 'object') {
    const members = new Map<string, Shape>();
    for (const name of new Set([...left.members.keys(), ...right.members.keys()])) {
      const [one, other] = [memberOf(left, name), memberOf(right, name)];
      members.set(name, one === undefined || other === undefined ? (one ?? other ?? ANY) : either(one, other));
    }
    return { kind: 'object', members, ...(left.open || right.open ? { open: true } : {}) };
  }
  if (left.kind === 'array' && right.kind === 'array') {
    const items = either(left.items, right.items);
    return left.length !== undefined && left.length === right.length
      ? { kind: 'array', items, length: left.length }
      : { kind: 'array', items };
  }
  return left.kind === right.kind ? left : ANY;
}

function memberOf({ members, open }: Extract<Shape, { kind: 'object' }>, name: string): Shape | undefined {
  return members.get(name) ?? (open === true ? ANY : undefined);
}

/** The shape at a path; `undefined` when there certainly is nothing. Filters, wildcards and functions give `any`. */
export function shapeAt(shape: Shape, segments: readonly Segment[]): Shape | undefined {
  let here: Shape = shape;
  for (const segment of segments) {
    if (here.kind === 'any') return ANY;
    switch (segment.kind) {
      case 'name': {
        // Jayway looks for a name in every item of an array when one went before; plain names into arrays find nothing.
        const member: Shape | undefined = here.kind === 'object' ? memberOf(here, segment.name) : undefined;
        if (member === undefined) return undefined;
        here = member;
        break;
      }
      case 'index':
        if (here.kind !== 'array') return undefined;
        if (here.length !== undefined && segment.index >= here.length) return undefined;
        here = here.items;
        break;
      default:
        return ANY;
    }
  }
  return here;
}

/** An object in which a value was put at a reference path; what stood in the way is replaced, as AWS does it. */
export function withShapeAt(shape: Shape, segments: readonly Segment[], value: Shape): Shape {
  const [first, ...rest] = segments;
  if (first === undefined) return value;
  if (first.kind !== 'name') return ANY;
  const known = shape.kind === 'object' ? shape : undefined;
  const open = shape.kind === 'any' || known?.open === true;
  const members = new Map(known?.members ?? []);
  members.set(first.name, withShapeAt(members.get(first.name) ?? (open ? ANY : objectOf({})), rest, value));
  return { kind: 'object', members, ...(open ? { open: true } : {}) };
}
