import { expect, it } from 'vitest';
import { seededRandom } from '../durability/random.js';
import { temporaryFolder } from '../support/run-orders.js';
import { killBatch } from './kill-batch.js';

// campaign.ts does the same with thousands.
it('a batch that is killed again and again redrives each execution exactly once', { timeout: 120_000 }, async () => {
  const figures = await killBatch(200, 5, seededRandom(7), { folder: temporaryFolder() });
  expect(figures.faults).toEqual([]);
  expect(figures).toMatchObject({ executions: 200, redrivenOnce: 200, kills: 5 });
  expect(figures.killsInRedrive).toBeGreaterThan(0);
});
