/*
 * How long a command takes from start to end, as a ratio to `node -e 0` on the same machine in the same minute. The
 * cases take turns, so that a busy moment hits all of them; the median counts.
 *
 *     warm   compiled code lies in the user's cache, as after the first run
 *     cold   the cache is empty, as right after installing
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, ORDER } from './installation.js';
import { median } from './table.js';

export function startUp({ quick, scratch }) {
  const rounds = quick ? 5 : 15;
  const warmCache = join(scratch, 'cache');
  const filled = join(scratch, 'filled');

  /** `folder` and `cache` are made anew for each run where they are functions. */
  const anew = (prefix) => () => mkdtempSync(join(scratch, prefix));
  const status = [BIN, 'status', orderId()];
  const start = [BIN, 'start', '--file', ORDER, '--wait'];
  const cases = [
    { name: 'node -e 0', args: ['-e', '0'] },
    { name: 'orders --version', args: [BIN, '--version'], target: 3 },
    { name: 'orders status, local', args: status, target: 6 },
    { name: 'orders status, local, cold', args: status, cache: anew('cache-') },
    { name: 'orders start --wait from nothing', args: start, folder: anew('data-'), target: 40 },
    { name: 'orders start --wait from nothing, cold', args: start, folder: anew('data-'), cache: anew('cache-') },
  ];

  /** @returns milliseconds of wall time. */
  const run = ({ args, folder = () => filled, cache = () => warmCache }) => {
    const env = { PATH: process.env.PATH, HOME: scratch, XDG_CACHE_HOME: cache(), ORDERS_LOCAL_DIR: folder() };
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { env, cwd: scratch, encoding: 'utf8' });
    const took = performance.now() - started;
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}:\n${stderr}`);
    if (env.ORDERS_LOCAL_DIR !== filled) rmSync(env.ORDERS_LOCAL_DIR, { recursive: true });
    return took;
  };

  mkdirSync(filled);
  // Not measured: fills the folder that status looks at, and the cache.
  run({ args: start });
  for (const one of cases) run(one);

  const times = cases.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    cases.forEach((one, index) => times[index].push(run(one)));
  }
  const base = median(times[0]);
  return cases.map(({ name, target }, index) => {
    const ratio = median(times[index]) / base;
    return {
      what: name,
      figure: `${median(times[index]).toFixed(0)} ms`,
      compared: `${ratio.toFixed(1)} x node -e 0`,
      ...(target !== undefined && { target: `<= ${target} x`, met: ratio <= target }),
    };
  });
}

function orderId() {
  return JSON.parse(readFileSync(ORDER, 'utf8')).orderId;
}
