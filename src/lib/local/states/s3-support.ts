import type { Diagnostic } from '../../definition/diagnostic.js';
import { readDefinition } from '../../definition/parse.js';
import { states } from '../../definition/states.js';
import type { MapState } from '../../definition/types.js';

const READERS = /^arn:[^:]+:states:::s3:(getObject|listObjectsV2)$/;
const WRITERS = /^arn:[^:]+:states:::s3:putObject$/;
const INPUT_TYPES: readonly unknown[] = ['CSV', 'JSON', 'JSONL', undefined];

/** What a definition wants of S3 and folders that stand for buckets cannot give: refused here, not in the middle of a run. */
export function unofferedOfS3(definition: string): Diagnostic[] {
  const { machine } = readDefinition(definition);
  const found: Diagnostic[] = [];
  const refuse = (what: string, location: string) => {
    const message = `The local environment does not offer ${what}`;
    found.push({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location });
  };
  for (const { state, location } of machine === undefined ? [] : states(machine)) {
    if (state.Type === 'Map') refuseOfMap(state, location, refuse);
  }
  return found;
}

function refuseOfMap(
  { ItemReader, ResultWriter }: MapState,
  location: string,
  refuse: (what: string, location: string) => void,
): void {
  if (ItemReader !== undefined && !READERS.test(ItemReader.Resource)) {
    refuse(`the resource ${ItemReader.Resource}`, `${location}/ItemReader/Resource`);
  }
  const { InputType, ManifestType, Transformation } = ItemReader?.ReaderConfig ?? {};
  if (!INPUT_TYPES.includes(InputType)) {
    refuse(`items of the InputType ${InputType}`, `${location}/ItemReader/ReaderConfig/InputType`);
  }
  for (const [name, value] of Object.entries({ ManifestType, Transformation })) {
    if (value !== undefined && value !== 'NONE') refuse(name, `${location}/ItemReader/ReaderConfig/${name}`);
  }
  if (ResultWriter?.Resource !== undefined && !WRITERS.test(ResultWriter.Resource)) {
    refuse(`the resource ${ResultWriter.Resource}`, `${location}/ResultWriter/Resource`);
  }
}
