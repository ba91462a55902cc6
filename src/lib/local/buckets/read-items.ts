import type { ItemReader } from '../../definition/types.js';
import type { Effect, Json, Signal } from '../../engine/protocol.js';
import { BucketRefusal, type BucketFolder } from './bucket-folder.js';
import { readCsv } from './read-csv.js';

export type ReadItemsEffect = Extract<Effect, { kind: 'read-items' }>;
type ReaderConfig = NonNullable<ItemReader['ReaderConfig']>;

const DELIMITERS = { COMMA: ',', PIPE: '|', SEMICOLON: ';', SPACE: ' ', TAB: '\t' } as const;

/** A Map Run's items, from the folder that stands for a bucket. Never rejects for what the object holds. */
export async function readItems(effect: ReadItemsEffect, buckets: BucketFolder): Promise<Signal> {
  try {
    const items = await itemsOf(effect, buckets);
    return { kind: 'task-succeeded', key: effect.key, output: JSON.stringify(items.slice(0, effect.maxItems)) };
  } catch (error) {
    if (!(error instanceof BucketRefusal)) throw error;
    return { kind: 'task-failed', key: effect.key, error: 'States.ItemReaderFailed', cause: error.message };
  }
}

async function itemsOf({ resource, parameters, config }: ReadItemsEffect, buckets: BucketFolder): Promise<Json[]> {
  const bucket = memberOf(parameters, 'Bucket');
  const action = resource.slice(resource.lastIndexOf(':') + 1);
  if (action === 'listObjectsV2') {
    const objects = await buckets.list(bucket, memberOf(parameters, 'Prefix', ''));
    return objects.map((object) => ({ ...object }));
  }
  if (action !== 'getObject') throw new BucketRefusal(`The local environment does not offer the resource ${resource}.`);
  return parse(await buckets.read(bucket, memberOf(parameters, 'Key')), config as ReaderConfig);
}

function parse(text: string, config: ReaderConfig): Json[] {
  switch (config.InputType) {
    case 'CSV':
      return csvItems(text, config);
    case 'JSONL':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => parseJson(line));
    case 'JSON':
    case undefined: {
      const items = pointedAt(parseJson(text), config.ItemsPointer ?? '');
      if (!Array.isArray(items)) throw new BucketRefusal('Attempting to map over non-iterable node.');
      return items;
    }
    default:
      throw new BucketRefusal(`The local environment does not read items of InputType ${config.InputType}.`);
  }
}

/** Every row is an object of texts; a short row's last fields are empty, a long one's are dropped (recordings of ItemReader). */
function csvItems(text: string, config: ReaderConfig): Json[] {
  const rows = readCsv(text, DELIMITERS[config.CSVDelimiter ?? 'COMMA']);
  const headers = config.CSVHeaderLocation === 'GIVEN' ? (config.CSVHeaders ?? []) : (rows.shift() ?? []);
  return rows.map((row) => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ''])));
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new BucketRefusal('The object is not valid JSON.');
  }
}

/** RFC 6901. */
function pointedAt(value: Json, pointer: string): Json | undefined {
  let found: Json | undefined = value;
  for (const part of pointer === '' ? [] : pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name)
        ? (found as Record<string, Json>)[name]
        : undefined;
  }
  return found;
}

/** @throws BucketRefusal when it is neither there nor to be left out */
export function memberOf(parameters: Json, name: string, otherwise?: string): string {
  const value =
    typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters) ? parameters[name] : undefined;
  if (typeof value === 'string') return value;
  if (value === undefined && otherwise !== undefined) return otherwise;
  throw new BucketRefusal(`The field '${name}' is required and must be a text.`);
}
