import { createHash } from 'node:crypto';
import type { Identity } from '../aws/clients.js';
import { Failure } from '../cli/failure.js';
import type { DeploymentCache, LookUp, Remembered } from './deployment-cache.js';
import type { Deployment } from './deployment-document.js';
import type { Published } from './deployment.js';
import { parseDeployment } from './parse-deployment.js';

/** How long a document is taken without asking again. A deployment made on this machine ends it at once. */
const LIFETIME_MS = 5 * 60_000;

export interface FindSources {
  /** Undefined where nothing is to be kept: documents of this machine's own endpoints. */
  readonly cache: DeploymentCache | undefined;
  /** Whose credentials they are, as far as that is known without asking AWS. @throws Failure (denied) */
  identity(): Promise<Identity>;
  read(): Promise<Published | undefined>;
  /** The account of the credentials; asked only for a message. */
  callerAccount(): Promise<string | undefined>;
  /** Epoch milliseconds. */
  now(): number;
}

export interface FindWish extends LookUp {
  /** The account that orders.config.json names. */
  readonly accountId?: string | undefined;
  /** Whether `region` was chosen by somebody; else the document's own will do. */
  readonly regionChosen: boolean;
}

export interface Found {
  readonly deployment: Deployment;
  readonly source: 'cache' | 'ssm';
}

/**
 * What an environment has published, from the cache or from SSM.
 *
 *     cached? ── fresh, and read with this access key or of this very account ──────> it
 *        │ else
 *     read the parameter ── none ──> undefined (a wrong account, where another one is known: refused)
 *        │
 *     its account and region are what was said, remembered and asked for? no: refused ──> it, and remember
 *
 * SSM reads by name in the caller's own account, and its answer names that account: no call to STS is needed to know
 * where the credentials lead. The account is remembered for good, the document for five minutes.
 *
 * @throws Failure denied: wrong account · usage: wrong region · bug: not a deployment's document
 */
export async function findDeployment(wish: FindWish, sources: FindSources): Promise<Found | undefined> {
  const { cache } = sources;
  const kept = cache?.read(wish);
  const identity = cache === undefined ? undefined : await sources.identity();
  const expected = expectedAccount(wish, kept, cache);
  if (identity?.accountId !== undefined) assertAccount(wish, identity.accountId, expected);
  if (kept !== undefined && identity !== undefined && isTrusted(kept, identity, sources.now())) {
    const deployment = understood(kept.document);
    if (deployment !== undefined && kept.accountId === (expected?.accountId ?? kept.accountId)) {
      return { deployment, source: 'cache' };
    }
  }

  const published = await sources.read();
  if (published === undefined) {
    if (expected !== undefined) {
      const caller = identity?.accountId ?? (await sources.callerAccount());
      if (caller !== undefined) assertAccount(wish, caller, expected);
    }
    return undefined;
  }
  const { deployment, document } = published;
  const accountId = published.accountId ?? deployment.accountId;
  assertAccount(wish, accountId, expected);
  assertSound(wish, deployment, accountId);
  if (cache !== undefined && identity !== undefined) {
    cache.write({
      ...place(wish),
      accountId,
      credentials: fingerprint(identity),
      readAt: sources.now(),
      document,
    });
  }
  return { deployment, source: 'ssm' };
}

/** Whether a remembered document may be taken as it is. */
export function isTrusted(kept: Remembered, identity: Identity, now: number): boolean {
  const age = now - kept.readAt;
  if (kept.document === undefined || age < 0 || age > LIFETIME_MS) return false;
  return identity.accountId === undefined
    ? kept.credentials === fingerprint(identity)
    : kept.accountId === identity.accountId;
}

function fingerprint(identity: Identity): string {
  return createHash('sha256').update(identity.accessKeyId).digest('hex');
}

/** A file of another version, or a damaged one, is as good as none. */
function understood(document: string | undefined): Deployment | undefined {
  try {
    return document === undefined ? undefined : parseDeployment(document, 'cache');
  } catch {
    return undefined;
  }
}

interface Expected {
  readonly accountId: string;
  /** Who says so, for the message. */
  readonly because: string;
  readonly wayOut: string;
}

function expectedAccount(
  wish: FindWish,
  kept: Remembered | undefined,
  cache: DeploymentCache | undefined,
): Expected | undefined {
  if (wish.accountId !== undefined) {
    return {
      accountId: wish.accountId,
      because: 'by orders.config.json',
      wayOut: 'or change its "accountId" in orders.config.json',
    };
  }
  if (kept === undefined || cache === undefined) return undefined;
  return {
    accountId: kept.accountId,
    because: 'when it was last used here',
    wayOut: `or, if the environment has moved, remove ${cache.file(wish)}`,
  };
}

function assertAccount(wish: FindWish, actual: string, expected: Expected | undefined): void {
  if (expected === undefined || expected.accountId === actual) return;
  throw new Failure(
    'denied',
    `environment ${wish.environment} is in account ${expected.accountId} ${expected.because}, these credentials belong to account ${actual}`,
    { suggestions: ['choose credentials of that account with --profile or AWS_PROFILE', expected.wayOut] },
  );
}

function assertSound(wish: FindWish, deployment: Deployment, accountId: string): void {
  if (deployment.accountId !== accountId) {
    throw new Failure(
      'denied',
      `environment ${wish.environment} is published in account ${accountId}, but describes one in account ${deployment.accountId}`,
      { suggestions: ['orders deploy publishes it again', 'choose other credentials with --profile'] },
    );
  }
  if (wish.regionChosen && deployment.region !== wish.region) {
    throw new Failure(
      'usage',
      `environment ${wish.environment} is published in region ${wish.region}, but describes one in region ${deployment.region}`,
      { suggestions: [`give --region ${deployment.region}`, 'orders deploy publishes it again'] },
    );
  }
}

function place({ environment, region, profile, endpointUrl }: LookUp): LookUp {
  return { environment, region, profile, endpointUrl };
}
