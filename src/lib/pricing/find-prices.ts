import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createClients } from '../aws/clients.js';
import { endpointFor } from '../aws/endpoint.js';
import { sdkFailure } from '../aws/to-failure.js';
import { keepPrices, priceCacheFile, priceCacheFolder, readKeptPrices } from './price-cache.js';
import { askPriceList, DoubtfulAnswer } from './price-list.js';
import { embeddedPrices } from './price-table.js';
import type { PriceBook } from './prices.js';

/**
 * `embedded`  our own table; nobody is asked
 * `live`      the Price List is asked now
 * `auto`      an answer of the last day, else the Price List where there is a sign of credentials, else the table
 */
export type PriceMode = 'auto' | 'live' | 'embedded';

export interface PriceWish {
  readonly mode: PriceMode;
  readonly region: string;
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Nobody asked for the network with `auto`: it gets this long. Milliseconds. */
const PATIENCE = { auto: 4_000, live: 30_000 } as const;

/**
 * Prices of a region. What the Price List does not answer, or not clearly, is taken from the table, with a note.
 *
 * @throws Failure (usage) for a region without a price; where the Price List was asked for it, what became of that
 */
export async function findPrices(wish: PriceWish): Promise<PriceBook> {
  const { mode, region, env, now } = wish;
  if (mode === 'embedded') return embeddedPrices(region);
  const endpoint = endpointFor('PRICING', wish.endpointUrl, env);
  const file = priceCacheFile(priceCacheFolder(env), region, endpoint);
  const kept = mode === 'auto' ? readKeptPrices(file, now) : undefined;
  if (kept !== undefined) {
    return { region, source: 'cached', date: day(kept.askedAt), prices: kept.prices, notes: [] };
  }
  if (mode === 'auto' && endpoint === undefined && !hasCredentials(wish)) return embeddedPrices(region);
  const clients = createClients({ region, profile: wish.profile, endpointUrl: wish.endpointUrl, env });
  try {
    const patience = AbortSignal.timeout(PATIENCE[mode]);
    clients.limits.stopOn(patience);
    const prices = await askPriceList(await clients.pricing(), region, patience);
    keepPrices(file, { askedAt: now, prices });
    return { region, source: 'live', date: day(now), prices, notes: [] };
  } catch (error) {
    return fallBack(region, error);
  } finally {
    clients.close();
  }
}

function fallBack(region: string, error: unknown): PriceBook {
  const failure = sdkFailure(error);
  const timedOut = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  if (failure === undefined && !timedOut && !(error instanceof DoubtfulAnswer)) throw error;
  const reason = timedOut ? 'the Price List did not answer in time' : (failure?.message ?? (error as Error).message);
  try {
    return embeddedPrices(region, [{ about: 'not-live', reason }]);
  } catch (unknown) {
    throw failure ?? unknown;
  }
}

/** A sign is enough: whether they are good the Price List will say. */
function hasCredentials({ env, profile }: PriceWish): boolean {
  const variables = [
    'AWS_ACCESS_KEY_ID',
    'AWS_PROFILE',
    'AWS_WEB_IDENTITY_TOKEN_FILE',
    'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  ];
  if (profile !== undefined || variables.some((name) => Boolean(env[name]))) return true;
  return existsSync(env['AWS_SHARED_CREDENTIALS_FILE'] || join(homedir(), '.aws', 'credentials'));
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
