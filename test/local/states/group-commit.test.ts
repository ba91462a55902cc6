import { expect, test } from 'vitest';
import { GroupCommit } from '../../../src/lib/local/store/group-commit.js';
import { openStore } from '../../../src/lib/local/store/open-store.js';
import { temporaryFolder } from './local-fixture.js';

function numbers() {
  const folder = temporaryFolder();
  const database = openStore(folder, ['CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY)']);
  // What another process sees: committed rows only.
  const other = openStore(folder, []);
  const count = 'SELECT COUNT(*) AS count FROM numbers';
  return {
    commits: new GroupCommit(database),
    add: (number: number) => () => {
      database.prepare('INSERT INTO numbers (number) VALUES (?)').run(number);
      return number;
    },
    seenByOthers: () => (other.prepare(count).get() as { count: number }).count,
  };
}

test('each hears of its result when it is committed', async () => {
  const { commits, add, seenByOthers } = numbers();
  const seen = [1, 2, 3].map(async (number) => ({ result: await commits.run(add(number)), rows: seenByOthers() }));
  expect(await Promise.all(seen)).toEqual([1, 2, 3].map((result) => ({ result, rows: 3 })));
});

test('what fails is undone alone, and the others of its group stay', async () => {
  const { commits, add, seenByOthers } = numbers();
  const fails = () => {
    add(2)();
    throw new Error('no');
  };
  const outcomes = await Promise.allSettled([commits.run(add(1)), commits.run(fails), commits.run(add(3))]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(seenByOthers()).toBe(2);
});

test('more than one group', async () => {
  const { commits, add, seenByOthers } = numbers();
  await Promise.all(Array.from({ length: 200 }, (_, number) => commits.run(add(number))));
  expect(seenByOthers()).toBe(200);
});
