import type { MapState } from '../../definition/types.js';
import type { DataFlow } from '../data-flow/data-flow.js';
import type { Frame } from '../frame.js';
import { LanguageError } from '../language-error.js';
import { MAP_RUN_CONCURRENCY, MAP_RUN_ITEMS } from '../limits.js';
import type { MapRunSettings } from '../map-run.js';
import type { Json } from '../protocol.js';

/** How many children at once. */
export function concurrencyOf(frame: Frame, flow: DataFlow): number {
  const limit = flow.count(frame, 'MaxConcurrency');
  return limit === undefined || limit === 0 ? MAP_RUN_CONCURRENCY : Math.min(limit, MAP_RUN_CONCURRENCY);
}

/** @throws LanguageError, StateFailure, Suspended as the flow does. */
export function settingsOf(frame: Frame, state: MapState, flow: DataFlow): MapRunSettings {
  const toleratedCount = flow.number(frame, state, 'ToleratedFailureCount', '', 'integer');
  if (toleratedCount !== undefined && toleratedCount < 0) {
    throw new LanguageError('States.Runtime', 'ToleratedFailureCount cannot be negative.');
  }
  const toleratedPercentage = flow.number(frame, state, 'ToleratedFailurePercentage', '', 'float');
  if (toleratedPercentage !== undefined && !(toleratedPercentage >= 0 && toleratedPercentage <= 100)) {
    throw new LanguageError('States.Runtime', 'ToleratedFailurePercentage must be between 0 and 100.');
  }
  return {
    ...(toleratedCount === undefined ? {} : { toleratedCount }),
    ...(toleratedPercentage === undefined ? {} : { toleratedPercentage }),
    ...readerOf(frame, state, flow),
    ...batchOf(frame, state, flow),
    ...writerOf(frame, state, flow),
  };
}

function readerOf(frame: Frame, { ItemReader }: MapState, flow: DataFlow): Pick<MapRunSettings, 'reader' | 'maxItems'> {
  if (ItemReader === undefined) {
    return {};
  }
  const config = ItemReader.ReaderConfig ?? {};
  const maxItems = flow.number(frame, config, 'MaxItems', 'ItemReader/ReaderConfig/', 'integer');
  return {
    reader: { resource: ItemReader.Resource, parameters: argumentsOf(frame, ItemReader, 'ItemReader', flow), config },
    ...(maxItems === undefined ? {} : { maxItems: Math.min(maxItems, MAP_RUN_ITEMS) }),
  } as Pick<MapRunSettings, 'reader' | 'maxItems'>;
}

function batchOf(frame: Frame, { ItemBatcher }: MapState, flow: DataFlow): Pick<MapRunSettings, 'batch'> {
  if (ItemBatcher === undefined) {
    return {};
  }
  const items = flow.number(frame, ItemBatcher, 'MaxItemsPerBatch', 'ItemBatcher/', 'integer');
  const bytes = flow.number(frame, ItemBatcher, 'MaxInputBytesPerBatch', 'ItemBatcher/', 'integer');
  for (const [name, value] of [
    ['MaxItemsPerBatch', items],
    ['MaxInputBytesPerBatch', bytes],
  ] as const) {
    if (value !== undefined && value <= 0) {
      throw new LanguageError('States.Runtime', `${name} must be positive.`);
    }
  }
  const { BatchInput } = ItemBatcher;
  return {
    batch: {
      items: items ?? Number.MAX_SAFE_INTEGER,
      bytes: bytes ?? Number.MAX_SAFE_INTEGER,
      ...(BatchInput === undefined ? {} : { input: flow.template(frame, BatchInput, 'ItemBatcher/BatchInput') }),
    },
  };
}

function writerOf(frame: Frame, { ResultWriter }: MapState, flow: DataFlow): Pick<MapRunSettings, 'writer'> {
  if (ResultWriter?.Resource === undefined) {
    return {};
  }
  const { Resource, WriterConfig = {} } = ResultWriter;
  const parameters = argumentsOf(frame, ResultWriter, 'ResultWriter', flow);
  return { writer: { resource: Resource, parameters, config: WriterConfig } };
}

function argumentsOf(
  frame: Frame,
  holder: { readonly Parameters?: Json; readonly Arguments?: Json },
  location: string,
  flow: DataFlow,
): Json {
  return holder.Parameters !== undefined
    ? flow.template(frame, holder.Parameters, `${location}/Parameters`)
    : flow.template(frame, holder.Arguments ?? {}, `${location}/Arguments`);
}
