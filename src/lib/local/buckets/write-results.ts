import type { ResultWriter } from '../../definition/types.js';
import type { Effect, Json, Signal } from '../../engine/protocol.js';
import { BucketRefusal, type BucketFolder } from './bucket-folder.js';
import { memberOf } from './read-items.js';

export type WriteResultsEffect = Extract<Effect, { kind: 'write-results' }>;

/** A child as it is exported: see childReport. */
export interface ExportedChild {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'PENDING';
  readonly report: Json;
  /** JSON text of what it gave, if it succeeded. */
  readonly output: string | undefined;
}

/**
 * Writes what ResultWriter exports: a file a status, and a manifest that names them.
 * Source of names and shapes: developer guide, "ResultWriter (Map)".
 * @param children in the order of the items
 */
export async function writeResults(
  effect: WriteResultsEffect,
  children: readonly ExportedChild[],
  buckets: BucketFolder,
): Promise<Signal> {
  const { key, mapRunArn, parameters } = effect;
  try {
    const bucket = memberOf(parameters, 'Bucket');
    const prefix = memberOf(parameters, 'Prefix', '').replace(/\/+$/, '');
    const folder = `${prefix === '' ? '' : `${prefix}/`}${mapRunArn.slice(mapRunArn.lastIndexOf(':') + 1)}`;
    const config = effect.config as NonNullable<ResultWriter['WriterConfig']>;
    const files: Record<string, { Key: string; Size: number }[]> = { FAILED: [], PENDING: [], SUCCEEDED: [] };
    for (const [status, listed] of Object.entries(files)) {
      const chosen = children.filter((child) => child.status === status);
      if (chosen.length === 0) continue;
      const lines = config.OutputType === 'JSONL';
      const file = `${folder}/${status}_0.${lines ? 'jsonl' : 'json'}`;
      const results = chosen.flatMap((child) => resultsOf(child, config.Transformation ?? 'NONE'));
      const text = lines ? results.map((result) => `${JSON.stringify(result)}\n`).join('') : JSON.stringify(results);
      await buckets.write(bucket, file, text);
      listed.push({ Key: file, Size: Buffer.byteLength(text) });
    }
    const manifest = { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files };
    const manifestKey = `${folder}/manifest.json`;
    await buckets.write(bucket, manifestKey, JSON.stringify(manifest));
    return { kind: 'task-succeeded', key, output: JSON.stringify({ Bucket: bucket, Key: manifestKey }) };
  } catch (error) {
    const refused = error instanceof BucketRefusal || (error as NodeJS.ErrnoException).code !== undefined;
    if (!refused) throw error;
    return { kind: 'task-failed', key, error: 'States.ResultWriterFailed', cause: (error as Error).message };
  }
}

/** One that has not succeeded is exported whole, whatever is asked for. */
function resultsOf({ report, output }: ExportedChild, transformation: 'NONE' | 'COMPACT' | 'FLATTEN'): Json[] {
  if (transformation === 'NONE' || output === undefined) return [report];
  const value = JSON.parse(output) as Json;
  return transformation === 'FLATTEN' && Array.isArray(value) ? value : [value];
}
