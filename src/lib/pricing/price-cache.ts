import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { StepFunctionsPrices, Tier } from './prices.js';
import { exactText, parseDecimal, type Ratio } from './ratio.js';

/** How long the Price List's answer is used again; milliseconds. */
const KEPT_MS = 24 * 3_600_000;

/** An answer of the Price List, and when it was given; epoch milliseconds. */
export interface KeptPrices {
  readonly askedAt: number;
  readonly prices: StepFunctionsPrices;
}

/** The platform's folder for what can be had again (XDG base directories, macOS Caches, Windows LocalAppData). */
export function priceCacheFolder(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const base =
    env['XDG_CACHE_HOME'] ||
    (platform === 'darwin' && join(home, 'Library', 'Caches')) ||
    (platform === 'win32' && env['LOCALAPPDATA']) ||
    join(home, '.cache');
  return join(base, 'orders', 'prices');
}

/** The answers of an endpoint of one's own are kept apart from AWS's. */
export function priceCacheFile(folder: string, region: string, endpoint: string | undefined): string {
  const name = region.replaceAll(/[^a-z0-9-]/giu, '_');
  if (endpoint === undefined) return join(folder, `${name}.json`);
  return join(folder, `${name}-${createHash('sha256').update(endpoint).digest('hex').slice(0, 12)}.json`);
}

/** @returns undefined when there is nothing, or nothing usable, or it is too old */
export function readKeptPrices(file: string, now: number): KeptPrices | undefined {
  try {
    const kept = parseKept(JSON.parse(readFileSync(file, 'utf8')));
    return kept !== undefined && kept.askedAt <= now && now - kept.askedAt < KEPT_MS ? kept : undefined;
  } catch {
    // Absent, damaged, in other hands: the prices are had elsewhere.
    return undefined;
  }
}

/** A cache that cannot be written costs time only. */
export function keepPrices(file: string, { askedAt, prices }: KeptPrices): void {
  const part = `${file}.${process.pid}`;
  const tier = ({ from, to, price }: Tier): object => ({
    from: exactText(from),
    ...(to === undefined ? {} : { to: exactText(to) }),
    price: exactText(price),
  });
  const document = {
    schemaVersion: 1,
    askedAt,
    ...(prices.transition === undefined ? {} : { transition: exactText(prices.transition) }),
    ...(prices.express === undefined
      ? {}
      : { request: exactText(prices.express.request), gbSecond: prices.express.gbSecond.map(tier) }),
  };
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(part, `${JSON.stringify(document)}\n`, { mode: 0o600 });
    renameSync(part, file);
  } catch {
    // See above.
  }
}

function parseKept(document: unknown): KeptPrices | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const kept = document as Record<string, unknown>;
  const transition = decimal(kept['transition']);
  const request = decimal(kept['request']);
  const steps = Array.isArray(kept['gbSecond']) ? (kept['gbSecond'] as Record<string, unknown>[]) : [];
  const gbSecond = steps.flatMap((step): Tier[] => {
    const from = decimal(step['from']);
    const to = decimal(step['to']);
    const price = decimal(step['price']);
    if (from === undefined || price === undefined) return [];
    return [to === undefined ? { from, price } : { from, to, price }];
  });
  const complete = transition !== undefined && request !== undefined && gbSecond.length > 0;
  if (kept['schemaVersion'] !== 1 || typeof kept['askedAt'] !== 'number' || !complete) return undefined;
  if (gbSecond.length !== steps.length) return undefined;
  return { askedAt: kept['askedAt'], prices: { transition, express: { request, gbSecond } } };
}

function decimal(value: unknown): Ratio | undefined {
  return typeof value === 'string' ? parseDecimal(value) : undefined;
}
