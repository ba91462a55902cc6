/*
 * How long a command takes from start to end, as a ratio to `node -e 0` on the same machine in the same minute. The
 * cases take turns, so that a busy moment hits all of them; the median counts. Run it with `npm run bench [-- rounds]`;
 * it exits 1 when a target is missed.
 *
 *     warm   compiled code lies in the user's cache, as after the first run
 *     cold   the cache is empty, as right after installing
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const BIN = join(ROOT, 'bin', 'run.js');
const ORDER = join(ROOT, 'workflows', 'order-processing', 'examples', 'order.json');
const ROUNDS = Number(process.argv[2] ?? 15);

const scratch = mkdtempSync(join(tmpdir(), 'orders-bench-'));
const warmCache = join(scratch, 'cache');
const filled = join(scratch, 'filled');

/** `folder` and `cache` are made anew for each run where they are functions. */
const anew = (prefix) => () => mkdtempSync(join(scratch, prefix));
const BASE = { name: 'node -e 0', args: ['-e', '0'] };
const CASES = [
  BASE,
  { name: 'orders --version', args: [BIN, '--version'], target: 3 },
  { name: 'orders status, local', args: [BIN, 'status', orderId()], folder: () => filled, target: 6 },
  { name: 'orders status, local, cold', args: [BIN, 'status', orderId()], folder: () => filled, cache: anew('cache-') },
  {
    name: 'orders start --wait from nothing',
    args: [BIN, 'start', '--file', ORDER, '--wait'],
    folder: anew('data-'),
    target: 40,
  },
  {
    name: 'orders start --wait from nothing, cold',
    args: [BIN, 'start', '--file', ORDER, '--wait'],
    folder: anew('data-'),
    cache: anew('cache-'),
  },
];

function main() {
  mkdirSync(filled);
  // Not measured: fills the folder that status looks at, and the cache.
  run({ args: [BIN, 'start', '--file', ORDER, '--wait'], folder: () => filled });
  for (const bench of CASES) run(bench);

  const times = CASES.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    CASES.forEach((bench, index) => times[index].push(run(bench)));
  }

  const base = median(times[0]);
  const rows = CASES.map(({ name, target }, index) => {
    const middle = median(times[index]);
    return { name, median: middle, best: Math.min(...times[index]), ratio: middle / base, target };
  });
  console.log(`medians of ${ROUNDS} rounds, Node ${process.version}, ${process.platform} ${process.arch}\n`);
  console.log(`${'case'.padEnd(42)}${'median'.padStart(10)}${'best'.padStart(10)}${'ratio'.padStart(8)}  target`);
  for (const { name, median: middle, best, ratio, target } of rows) {
    const verdict = target === undefined ? '' : `<= ${target} ${ratio <= target ? 'ok' : 'MISSED'}`;
    console.log(`${name.padEnd(42)}${ms(middle)}${ms(best)}${ratio.toFixed(1).padStart(8)}  ${verdict}`);
  }
  if (rows.some(({ ratio, target }) => target !== undefined && ratio > target)) process.exitCode = 1;
}

/** @returns milliseconds of wall time. */
function run({ args, folder = () => filled, cache = () => warmCache }) {
  const env = { PATH: process.env.PATH, HOME: scratch, XDG_CACHE_HOME: cache(), ORDERS_LOCAL_DIR: folder() };
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, cwd: scratch, encoding: 'utf8' });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
  if (env.ORDERS_LOCAL_DIR !== filled) rmSync(env.ORDERS_LOCAL_DIR, { recursive: true });
  return took;
}

function orderId() {
  return JSON.parse(readFileSync(ORDER, 'utf8')).orderId;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function ms(value) {
  return `${value.toFixed(0)} ms`.padStart(10);
}

try {
  main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
