/*
 * Hundreds of kills, where kill.test.ts has a dozen:
 *
 *     npx tsx test/durability/campaign.ts --kills 300 --seed 1
 *
 * Prints one line a round and the sums at the end; exits 1 when something did not hold. A round depends on its seed
 * (and on the machine's speed), so `--seed N --kills 10` plays a bad one again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, temporaryFolder } from '../support/run-orders.js';
import { Installation } from './installation.js';
import { playRound, undisturbedSpan, type RoundFigures } from './kill-round.js';
import { seededRandom } from './random.js';

const KILLS_A_ROUND = 10;

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '300' }, seed: { type: 'string', default: '1' } },
});
if (!existsSync(join(ROOT, 'dist/load.cjs'))) throw new Error('nothing is built yet: npm run build');

// The SDK has a word about Node 20.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
const installation = new Installation();
const { root } = installation;
const rounds: RoundFigures[] = [];
const startedAt = Date.now();
await undisturbedSpan({ folder: temporaryFolder(), root });
for (let left = Number(values.kills), seed = Number(values.seed); left > 0; left -= KILLS_A_ROUND, seed += 1) {
  // Measured again each time: other work on the machine comes and goes.
  const span = await undisturbedSpan({ folder: temporaryFolder(), root });
  const launch = { folder: temporaryFolder(), root };
  const figures = await playRound(seededRandom(seed), Math.min(left, KILLS_A_ROUND), span, launch);
  rounds.push(figures);
  console.log(`seed ${seed}: ${inWords(figures)}`);
  for (const fault of figures.faults) console.log(`  ${fault}   (${launch.folder})`);
}
const sum = (of: (figures: RoundFigures) => number): number =>
  rounds.reduce((total, figures) => total + of(figures), 0);
const total: RoundFigures = {
  kills: sum(({ kills }) => kills),
  killsInTheMiddle: sum(({ killsInTheMiddle }) => killsInTheMiddle),
  executions: sum(({ executions }) => executions),
  events: sum(({ events }) => events),
  calls: sum(({ calls }) => calls),
  repeatedCalls: sum(({ repeatedCalls }) => repeatedCalls),
  doubleMessages: sum(({ doubleMessages }) => doubleMessages),
  redrives: sum(({ redrives }) => redrives),
  faults: rounds.flatMap(({ faults }) => faults),
};
console.log(`\nin all, in ${Math.round((Date.now() - startedAt) / 1000)} s: ${inWords(total)}`);
console.log(total.faults.length === 0 ? 'everything held' : `${total.faults.length} things did not hold`);
if (total.faults.length > 0) process.exitCode = 1;
installation.remove();

function inWords(figures: RoundFigures): string {
  const { kills, killsInTheMiddle, executions, events, calls, repeatedCalls, doubleMessages, redrives } = figures;
  return (
    `${kills} kills, ${killsInTheMiddle} in the middle; ${executions} executions, ${events} events; ` +
    `${calls} calls, ${repeatedCalls} repeated; ${doubleMessages} double messages; ${redrives} redrives`
  );
}
