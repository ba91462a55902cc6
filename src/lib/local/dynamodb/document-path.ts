import { attributeOf, type AttributeValue, type Item } from './attribute-value.js';

/** Where a value stands in an item: an attribute's name, then names and list positions. Never empty. */
export type DocumentPath = readonly (string | number)[];

/** The value at a path; `undefined` where the item has none. */
export function valueAt(item: Item, path: DocumentPath): AttributeValue | undefined {
  let value: AttributeValue | undefined = { M: item };
  for (const step of path) {
    if (value === undefined) return undefined;
    if (typeof step === 'string') value = 'M' in value ? attributeOf(value.M, step) : undefined;
    else value = 'L' in value ? value.L[step] : undefined;
  }
  return value;
}

/** As DynamoDB's messages show it: `[items, [0], sku]`. */
export function describePath(path: DocumentPath): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}

/**
 * How two paths get into each other's way: one lies in the other (`overlap`), or they differ first where one asks for a
 * map and the other for a list (`conflict`).
 */
export function clash(one: DocumentPath, other: DocumentPath): 'overlap' | 'conflict' | undefined {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    if (one[index] === other[index]) continue;
    return typeof one[index] === typeof other[index] ? undefined : 'conflict';
  }
  return 'overlap';
}
