import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/run-orders.js';
import { playRound, undisturbedSpan } from './kill-round.js';
import { seededRandom } from './random.js';

/* A dozen kills; campaign.ts plays hundreds with the same rounds. */
describe('a process that is killed at any moment', () => {
  let span = 0;
  beforeAll(async () => {
    // The first run compiles.
    await undisturbedSpan({ folder: temporaryFolder() });
    span = await undisturbedSpan({ folder: temporaryFolder() });
  });

  it.each([11, 12])(
    'leaves orders that end as they should, with every event once and one charge (seed %d)',
    async (seed) => {
      const figures = await playRound(seededRandom(seed), 6, span, { folder: temporaryFolder() });
      expect(figures.faults).toEqual([]);
      expect(figures.kills).toBe(6);
    },
    60_000,
  );
});
