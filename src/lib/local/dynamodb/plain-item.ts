import type { AttributeValue, Item } from './attribute-value.js';

/** An item as plain JSON, for people: numbers become numbers, sets become lists. */
export function plainItem(item: Item): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if ('N' in value) return Number(value.N);
  if ('NULL' in value) return null;
  if ('NS' in value) return value.NS.map(Number);
  if ('L' in value) return value.L.map(plainValue);
  if ('M' in value) return plainItem(value.M);
  return Object.values(value)[0];
}
