/*
 * All figures in one table, every ratio within one run:
 *
 *     npm run bench                        everything; exits 1 when a target is missed
 *     npm run bench -- --quick             fewer rounds, under two minutes
 *     npm run bench -- engine wire         only these parts: start-up, engine, wire, memory, orders, audit
 *     npm run bench -- --compare           beside aws-local-stepfunctions, installed into a temporary folder, on Node 22
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { audit } from './audit.js';
import { engine } from './engine.js';
import { memory } from './memory.js';
import { orders } from './orders.js';
import { startUp } from './start-up.js';
import { printTable } from './table.js';
import { wire } from './wire.js';

/** Each gives rows, and may print what it has to leave out. */
const PARTS = { 'start-up': startUp, engine, wire, memory, orders, audit };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, compare: { type: 'boolean', default: false } },
});

async function main() {
  const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) throw new Error(`no part ${unknown.join(', ')}: there are ${Object.keys(PARTS).join(', ')}`);
  const wanted = Object.keys(PARTS).filter((name) => positionals.length === 0 || positionals.includes(name));

  const scratch = mkdtempSync(join(tmpdir(), 'orders-bench-'));
  const rows = [];
  try {
    for (const name of wanted) {
      console.error(`measuring ${name} ...`);
      for (const row of await PARTS[name]({ ...values, scratch })) rows.push({ part: name, ...row });
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }

  const load = loadavg().map((value) => value.toFixed(1));
  console.log(
    `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus()[0]?.model ?? 'unknown processor'}`,
  );
  console.log(`${availableParallelism()} cores, load of the last 1, 5, 15 minutes: ${load.join(', ')}; medians\n`);
  printTable(rows);
  if (rows.some(({ met }) => met === false)) process.exitCode = 1;
}

await main();
