import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../cli/failure.js';

/** One environment as orders.config.json describes it. */
export interface EnvironmentEntry {
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly stateMachineArn?: string;
  readonly profile?: string;
  /** Twelve digits: credentials of another account are refused. */
  readonly accountId?: string;
}

/**
 * orders.config.json: `environment` is the default one, `environments` says where the named ones are.
 *
 *     { "environment": "staging", "environments": { "staging": { "region": "eu-central-1", "stateMachineArn": "arn:..."
 * } } }
 */
export interface Configuration {
  /** The file, for messages. */
  readonly file?: string;
  readonly environment?: string;
  readonly environments: Readonly<Record<string, EnvironmentEntry>>;
}

const NAME = 'orders.config.json';

/**
 * The file in `folder`, else in the nearest folder above that has one; empty without any. @throws Failure (usage) for a
 * malformed one.
 */
export function readConfiguration(folder: string): Configuration {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, NAME);
    const text = readIfThere(file);
    if (text !== undefined) return parseConfiguration(text, file);
    if (dirname(at) === at) return { environments: {} };
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Failure('usage', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

const KEYS = ['endpointUrl', 'region', 'stateMachineArn', 'profile', 'accountId'];

/** @throws Failure (usage) that names the file and what is wrong in it. */
export function parseConfiguration(text: string, file: string): Configuration {
  const fault = (what: string): Failure => new Failure('usage', `${file}: ${what}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fault(`not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(value)) throw fault('not a JSON object');
  const { environment, environments = {} } = value;
  if (environment !== undefined && typeof environment !== 'string') throw fault('"environment" is not a text');
  if (!isRecord(environments)) throw fault('"environments" is not an object');
  for (const [name, entry] of Object.entries(environments)) {
    if (!isRecord(entry)) throw fault(`"environments.${name}" is not an object`);
    for (const [key, setting] of Object.entries(entry)) {
      if (!KEYS.includes(key)) throw fault(`"environments.${name}.${key}" is not known, only ${KEYS.join(', ')}`);
      if (typeof setting !== 'string') throw fault(`"environments.${name}.${key}" is not a text`);
    }
    const { accountId } = entry;
    if (typeof accountId === 'string' && !/^\d{12}$/u.test(accountId))
      throw fault(`"environments.${name}.accountId" is not an account of 12 digits: ${accountId}`);
  }
  return {
    file,
    ...(environment === undefined ? {} : { environment }),
    environments: environments as Record<string, EnvironmentEntry>,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
