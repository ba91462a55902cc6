import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DeploymentCache } from '../../src/lib/environment/deployment-cache.js';
import type { Deployment } from '../../src/lib/environment/deployment.js';
import { findDeployment, type FindSources, type FindWish } from '../../src/lib/environment/find-deployment.js';
import { ACCOUNT, deployment, OTHER_ACCOUNT, REGION } from './deployments.js';

const WISH: FindWish = { environment: 'prod', region: REGION, regionChosen: true };
const MINUTE = 60_000;

let root: string;
let cache: DeploymentCache;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'orders-cache-'));
  cache = new DeploymentCache(join(root, 'environments'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Looks up with this credential set at this minute, in an account that has published this. */
async function look(
  options: {
    readonly wish?: Partial<FindWish>;
    readonly minute?: number;
    readonly key?: string;
    readonly knownAccount?: string;
    readonly published?: Deployment | undefined;
    readonly account?: string;
  } = {},
): Promise<string> {
  const { minute = 0, key = 'AKIA1', knownAccount, account = ACCOUNT } = options;
  const published = 'published' in options ? options.published : deployment({ accountId: account });
  let reads = 0;
  const sources: FindSources = {
    cache,
    identity: async () => ({ accessKeyId: key, accountId: knownAccount }),
    async read() {
      reads += 1;
      if (published === undefined) return undefined;
      return { deployment: published, document: JSON.stringify(published), accountId: account };
    },
    callerAccount: async () => account,
    now: () => 1_000_000 + minute * MINUTE,
  };
  const found = await findDeployment({ ...WISH, ...options.wish }, sources);
  return `${found?.source ?? 'none'}, ${reads} read`;
}

describe('the cache of deployments', () => {
  test('spares the look-up for five minutes, for the same key', async () => {
    expect(await look()).toBe('ssm, 1 read');
    expect(await look({ minute: 5 })).toBe('cache, 0 read');
    expect(await look({ minute: 5.1 })).toBe('ssm, 1 read');
    expect(await look({ minute: 6 })).toBe('cache, 0 read');
    expect(await look({ minute: 6, key: 'AKIA2' })).toBe('ssm, 1 read');
    // A clock that was set back proves nothing.
    expect(await look({ minute: 1 })).toBe('ssm, 1 read');
  });

  test('trusts keys that change when their account is known', async () => {
    await look({ knownAccount: ACCOUNT });
    expect(await look({ key: 'ASIA9', knownAccount: ACCOUNT })).toBe('cache, 0 read');
  });

  test('is kept by name, region, profile and endpoint', async () => {
    await look();
    expect(await look({ wish: { profile: 'ship' } })).toBe('ssm, 1 read');
    expect(await look({ wish: { endpointUrl: 'https://vpce' } })).toBe('ssm, 1 read');
    expect(await look()).toBe('cache, 0 read');
  });

  test('is for its owner only', async () => {
    await look();
    const folder = join(root, 'environments');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const files = readdirSync(folder);
    expect(files).toHaveLength(1);
    expect(statSync(join(folder, files[0] ?? '')).mode & 0o777).toBe(0o600);
    chmodSync(join(folder, files[0] ?? ''), 0o666);
    expect(await look()).toBe('ssm, 1 read');
  });

  test('a deployment makes the next command read again; what is gone is forgotten', async () => {
    await look();
    cache.forget('prod', 'document');
    expect(cache.all()).toMatchObject([{ environment: 'prod', accountId: ACCOUNT }]);
    expect(await look()).toBe('ssm, 1 read');
    cache.forget('prod', 'all');
    expect(cache.all()).toEqual([]);
  });

  test('a folder that cannot be made costs a look-up, nothing else', async () => {
    cache = new DeploymentCache('/dev/null/orders');
    expect(await look()).toBe('ssm, 1 read');
    expect(await look()).toBe('ssm, 1 read');
  });
});

describe('account and region', () => {
  const refused = (message: string) =>
    expect.objectContaining({ message: expect.stringContaining(message) as string }) as Error;

  test('another account than before is refused, also long after', async () => {
    await look();
    const other = { key: 'AKIA2', account: OTHER_ACCOUNT, minute: 100_000 };
    const message = `environment prod is in account ${ACCOUNT} when it was last used here, these credentials belong to account ${OTHER_ACCOUNT}`;
    await expect(look(other)).rejects.toThrow(refused(message));
    await expect(look({ ...other, published: undefined })).rejects.toThrow(refused(message));
    cache.forget('prod', 'document');
    await expect(look(other)).rejects.toThrow(refused(message));
    cache.forget('prod', 'all');
    expect(await look(other)).toBe('ssm, 1 read');
  });

  test('where the credentials tell their account, before anything is asked', async () => {
    await look();
    let asked = 0;
    const wish = findDeployment(WISH, {
      cache,
      identity: async () => ({ accessKeyId: 'ASIA', accountId: OTHER_ACCOUNT }),
      read: async () => void (asked += 1),
      callerAccount: async () => void (asked += 1),
      now: () => 0,
    });
    await expect(wish).rejects.toMatchObject({ exit: 'denied' });
    expect(asked).toBe(0);
  });

  test('the account in orders.config.json counts, and more than the memory', async () => {
    const wish = { accountId: OTHER_ACCOUNT };
    await expect(look({ wish })).rejects.toThrow(refused(`is in account ${OTHER_ACCOUNT} by orders.config.json`));
    await look();
    await expect(look({ wish })).rejects.toThrow(refused('by orders.config.json'));
    expect(await look({ wish, account: OTHER_ACCOUNT, key: 'AKIA2' })).toBe('ssm, 1 read');
  });

  test('a document about another account or region is refused', async () => {
    const elsewhere = deployment({ accountId: OTHER_ACCOUNT });
    await expect(look({ published: elsewhere })).rejects.toThrow(
      refused(`is published in account ${ACCOUNT}, but describes one in account ${OTHER_ACCOUNT}`),
    );
    const far = deployment({ region: 'us-west-2' });
    await expect(look({ published: far })).rejects.toThrow(
      refused('is published in region eu-central-1, but describes one in region us-west-2'),
    );
    expect(await look({ published: far, wish: { regionChosen: false } })).toBe('ssm, 1 read');
  });

  test('nothing published is nothing found', async () => {
    expect(await look({ published: undefined })).toBe('none, 1 read');
  });
});
