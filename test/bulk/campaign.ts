/*
 * A large batch with many kills, where redrive-kill.test.ts has a small one:
 *
 *     npx tsx test/bulk/campaign.ts --executions 5000 --kills 40 --seed 1
 *
 * Exits 1 when an execution was not redriven exactly once.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Installation } from '../durability/installation.js';
import { seededRandom } from '../durability/random.js';
import { ROOT, temporaryFolder } from '../support/run-orders.js';
import { killBatch } from './kill-batch.js';

const { values } = parseArgs({
  options: {
    executions: { type: 'string', default: '5000' },
    kills: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
  },
});
if (!existsSync(join(ROOT, 'dist/load.cjs'))) throw new Error('nothing is built yet: npm run build');
const installation = new Installation();
const startedAt = Date.now();
const launch = { folder: temporaryFolder(), root: installation.root };
const figures = await killBatch(
  Number(values.executions),
  Number(values.kills),
  seededRandom(Number(values.seed)),
  launch,
);
const { executions, kills, killsInRedrive, repeatedCalls, redrivenOnce, faults } = figures;
console.log(
  `${executions} executions, ${kills} kills, ${killsInRedrive} of them inside RedriveExecution; ${repeatedCalls} calls repeated; ` +
    `${redrivenOnce} redriven exactly once; ${Math.round((Date.now() - startedAt) / 1000)} s`,
);
for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
console.log(faults.length === 0 ? 'everything held' : `${faults.length} things did not hold`);
if (faults.length > 0) process.exitCode = 1;
installation.remove();
