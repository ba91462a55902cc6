import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** A DynamoDB item in plain JSON. Sets become arrays, binary stays out: the ledger has none. */
export function plainRow<Row>(item: Readonly<Record<string, AttributeValue>>): Row {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)])) as Row;
}

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  // Amounts, pieces and attempts: whole numbers far below 2^53.
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.M !== undefined) return plainRow(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  return value.SS ?? value.NS?.map(Number) ?? null;
}
