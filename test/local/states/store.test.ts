import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEASE_MS, LeaseStore } from '../../../src/lib/local/store/lease-store.js';
import { openStore, STORE_VERSION } from '../../../src/lib/local/store/open-store.js';
import { ask } from '../driver/ask.js';
import { localEnvironment, temporaryFolder } from './local-fixture.js';

describe('a store that cannot be used', () => {
  test('a corrupt file is one failure, and reset helps', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'orders.db'),
      'this is no database, but long enough to look like a file of one'.repeat(20),
    );
    const local = localEnvironment({ folder });
    await expect(ask(local, 'ListStateMachines', {})).rejects.toMatchObject({ name: 'Failure', exit: 'localStore' });
    await local.reset();
    expect(await ask(local, 'ListStateMachines', {})).toMatchObject({ stateMachines: [{ name: 'order-processing' }] });
  });

  test('a folder that is a file', async () => {
    const folder = join(temporaryFolder(), 'file');
    writeFileSync(folder, '');
    await expect(ask(localEnvironment({ folder }), 'ListStateMachines', {})).rejects.toMatchObject({
      exit: 'localStore',
    });
  });

  test('a store of a newer version is left alone', () => {
    const folder = temporaryFolder();
    const database = openStore(folder, []);
    database.exec(`PRAGMA user_version = ${STORE_VERSION + 1}`);
    database.close();
    expect(() => openStore(folder, [])).toThrow(
      `the local store in ${folder} has version ${STORE_VERSION + 1}, this orders knows ${STORE_VERSION}`,
    );
  });
});

describe('leases', () => {
  function twoDrivers() {
    const database = openStore(temporaryFolder(), [
      'CREATE TABLE leases (execution INTEGER PRIMARY KEY, owner TEXT, pid INTEGER, since INTEGER, renewed_at INTEGER)',
    ]);
    const clock = { now: 1_000_000 };
    const processes = { exist: true };
    const driver = (owner: string) =>
      new LeaseStore(
        database,
        owner,
        () => clock.now,
        () => processes.exist,
      );
    return { one: driver('one'), other: driver('other'), clock, processes };
  }

  test('one driver at a time', () => {
    const { one, other } = twoDrivers();
    expect(one.acquire(1)).toBe(true);
    expect(one.acquire(1)).toBe(true);
    expect(other.acquire(1)).toBe(false);
    expect(other.acquire(2)).toBe(true);
    one.release(1);
    expect(other.acquire(1)).toBe(true);
    expect(one.isOurs(1)).toBe(false);
  });

  test('a driver whose process is gone has lost it at once', () => {
    const { one, other, processes } = twoDrivers();
    one.acquire(1);
    processes.exist = false;
    expect(other.holder(1)).toEqual({ pid: process.pid, alive: false, since: 1_000_000 });
    expect(other.acquire(1)).toBe(true);
  });

  test('a driver that does not renew loses it after a while, and finds out', () => {
    const { one, other, clock } = twoDrivers();
    one.acquire(1);
    clock.now += LEASE_MS - 1;
    expect(other.acquire(1)).toBe(false);
    one.renewAll();
    clock.now += LEASE_MS - 1;
    expect(other.acquire(1)).toBe(false);
    clock.now += 1;
    expect(other.acquire(1)).toBe(true);
    one.renewAll();
    expect(one.isOurs(1)).toBe(false);
    one.release(1);
    expect(other.isOurs(1)).toBe(true);
  });
});
