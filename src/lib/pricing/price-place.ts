import { readConfiguration } from '../environment/configuration.js';
import type { Environment } from '../environment/environment.js';
import { resolveEnvironment, type EnvironmentFlags } from '../environment/resolve.js';

/** Where a workload runs, and how its prices can be asked for. */
export interface PricePlace {
  readonly region: string;
  /** Nobody said it: a default. */
  readonly assumed: boolean;
  readonly profile: string | undefined;
  readonly endpointUrl: string | undefined;
}

const DEFAULT_REGION = 'us-east-1';

/**
 * By the flag, by the environment that is named, by AWS's variables. Nothing is opened: whoever prices given numbers
 * needs neither AWS nor a data folder.
 */
export function pricePlace(
  flags: EnvironmentFlags,
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): PricePlace {
  const resolution = resolveEnvironment(flags, env, readConfiguration(folder));
  const aws = resolution.kind === 'aws' ? resolution : undefined;
  const region = flags.region ?? aws?.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined);
  return {
    region: region ?? DEFAULT_REGION,
    assumed: region === undefined,
    profile: aws?.profile ?? flags.profile,
    endpointUrl: aws?.endpointUrl ?? flags.endpointUrl,
  };
}

/** An environment that was opened knows its region where flags and variables do not. */
export function placeOf(place: PricePlace, { kind, region }: Pick<Environment, 'kind' | 'region'>): PricePlace {
  return place.assumed && kind === 'aws' ? { ...place, region, assumed: false } : place;
}
