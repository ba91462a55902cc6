import { randomUUID } from 'node:crypto';
import { EmbeddedEnvironment } from './embedded-environment.js';
import type { LocalEnvironment } from './local-environment.js';
import type { LocalSources } from './ports.js';

export type {
  DriveOptions,
  DriveOutcome,
  DriverInfo,
  Injection,
  LocalEnvironment,
  LocalSnapshot,
  Row,
} from './local-environment.js';
export type { LocalSources, WireRequest, WireResponse } from './ports.js';

const SYSTEM_SOURCES: LocalSources = {
  now: () => Date.now(),
  random: () => Math.random(),
  uuid: () => randomUUID(),
};

export interface OpenLocalOptions {
  /** Where the store is kept; made when first needed. */
  readonly folder: string;
  /** The installed package: holds dist/ and workflows/. */
  readonly packageRoot: string;
  readonly sources?: LocalSources;
  readonly env?: NodeJS.ProcessEnv;
}

/** The local environment in that folder. Cheap: opens the store when first needed, a port and workers when a function runs. */
export function openLocal({
  folder,
  packageRoot,
  sources = SYSTEM_SOURCES,
  env = {},
}: OpenLocalOptions): LocalEnvironment {
  return new EmbeddedEnvironment({ folder, packageRoot, sources, env });
}
