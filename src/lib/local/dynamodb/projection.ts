import { define, type AttributeValue, type Item } from './attribute-value.js';
import { valueAt, type DocumentPath } from './document-path.js';
import { ExpressionReader } from './expression-reader.js';
import type { Placeholders } from './placeholders.js';

/** Parses `path, path, ...`. @throws ValidationException */
export function parseProjection(expression: unknown, placeholders: Placeholders): readonly DocumentPath[] {
  const reader = new ExpressionReader('ProjectionExpression', expression, placeholders);
  const paths: DocumentPath[] = [];
  do paths.push(reader.path());
  while (reader.skip(','));
  reader.expectEnd();
  reader.refuseClashes(paths);
  return paths;
}

/** A map or list on the way to what is wanted. */
interface Branch {
  readonly children: Map<string | number, Branch>;
}

/** The parts of an item that the paths name; elements taken from a list close up, in the list's order. */
export function project(item: Item, paths: readonly DocumentPath[]): Item {
  const root: Branch = { children: new Map() };
  for (const path of paths) {
    if (valueAt(item, path) === undefined) continue;
    let branch = root;
    for (const step of path) {
      const next = branch.children.get(step) ?? { children: new Map<string | number, Branch>() };
      branch.children.set(step, next);
      branch = next;
    }
  }
  return Object.keys(item).length === 0 ? {} : picked(item, root);
}

function picked(item: Item, branch: Branch): Item {
  const result: Record<string, AttributeValue> = {};
  for (const [name, child] of branch.children) {
    const value = valueAt(item, [name]);
    if (value !== undefined) define(result, String(name), pick(value, child));
  }
  return result;
}

function pick(value: AttributeValue, branch: Branch): AttributeValue {
  if (branch.children.size === 0) return value;
  if ('M' in value) return { M: picked(value.M, branch) };
  if (!('L' in value)) return value;
  const { L: list } = value;
  const positions = [...branch.children.keys()].map(Number).sort((a, b) => a - b);
  return {
    L: positions.flatMap((position) => {
      const element = list[position];
      const child = branch.children.get(position);
      return element === undefined || child === undefined ? [] : [pick(element, child)];
    }),
  };
}
