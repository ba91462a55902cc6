/*
 * The engine alone, in memory: executions of ten Pass states with their full histories, and what a transition costs in a
 * history that grows. engine-rounds.cjs measures, in a process of its own that may run on another Node.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from './installation.js';
import { count, median } from './table.js';

const PEER = 'aws-local-stepfunctions';
const PEER_VERSION = '3.0.0';

export async function engine({ quick, compare, scratch }) {
  const bundle = join(scratch, 'engine.cjs');
  await build({
    stdin: {
      contents: `export { Execution } from './src/lib/engine/execution.js';
        export { parseDefinition } from './src/lib/definition/parse.js';`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile: bundle,
    // As the shipped bundle is built.
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    logLevel: 'error',
  });
  const peer = compare ? withPeer(scratch) : undefined;
  if (!compare) console.error(`  without ${PEER}: ask for it with --compare`);

  const rounds = quick ? 3 : 9;
  const milliseconds = quick ? 400 : 1000;
  const asked = JSON.stringify({ bundle, peer: peer?.path, rounds, milliseconds });
  const script = join(import.meta.dirname, 'engine-rounds.cjs');
  const answer = execFileSync(peer?.node ?? process.execPath, [script, asked], { encoding: 'utf8' });
  const { version, ours, theirs, windows } = JSON.parse(answer);

  const own = median(ours);
  const rows = [{ what: `ten Pass states, ${version}`, figure: `${count(own)} transitions/s` }];
  if (theirs.length > 0) {
    const other = median(theirs);
    Object.assign(rows[0], { compared: `${(own / other).toFixed(1)} x ${PEER}`, target: '>= 1 x', met: own >= other });
    rows.push({ what: `the same in ${PEER} ${PEER_VERSION}`, figure: `${count(other)} transitions/s` });
  }
  const first = median(windows[0].nanoseconds);
  for (const { events, nanoseconds } of windows) {
    const ratio = median(nanoseconds) / first;
    rows.push({
      what: `one more transition after ${count(events)} events`,
      figure: `${count(median(nanoseconds))} ns`,
      compared: `${ratio.toFixed(2)} x the first`,
      ...(events !== windows[0].events && { target: '<= 1.5 x', met: ratio <= 1.5 }),
    });
  }
  return rows;
}

/** Puts the other engine and Node 22, which it asks for, where they are in nobody's way; undefined when it cannot. */
function withPeer(scratch) {
  const folder = join(scratch, 'peer');
  const quiet = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] };
  try {
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `${PEER}@${PEER_VERSION}`], quiet);
  } catch (error) {
    console.error(`  without ${PEER}: npm cannot install it here (${firstLine(error)})`);
    return undefined;
  }
  const path = join(folder, 'node_modules', PEER);
  try {
    const node = execFileSync('npx', ['-y', '-p', 'node@22', '-c', 'node -p process.execPath'], quiet).trim();
    return { path, node };
  } catch (error) {
    console.error(`  on Node ${process.version}: npx cannot get Node 22 here (${firstLine(error)})`);
    return { path, node: process.execPath };
  }
}

function firstLine(error) {
  return String(error.stderr || error.message)
    .trim()
    .split('\n')[0];
}
