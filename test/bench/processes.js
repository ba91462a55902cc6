import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { URL } from 'node:url';
import { BIN } from './installation.js';

/** `orders local serve` over a store of its own, as a user would start it. */
export async function serveLocal(scratch) {
  const folder = mkdtempSync(join(scratch, 'store-'));
  const env = { PATH: process.env.PATH, HOME: scratch, ORDERS_LOCAL_DIR: folder };
  const { child, line } = await started([BIN, 'local', 'serve', '--port', '0'], env);
  return { port: Number(new URL(line).port), peakMemory: () => peakMemory(child.pid), stop: () => stop(child) };
}

/** A server that sends back what it gets: what node:http alone can do behind the same client. */
export async function serveEcho() {
  const { child, line } = await started([join(import.meta.dirname, 'echo-server.js')], { PATH: process.env.PATH });
  return { port: Number(line), stop: () => stop(child) };
}

/** The process and its first line. */
async function started(args, env) {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`${args[0]} ended with ${code}:\n${said}`);
  });
  gone.catch(() => undefined);
  const [chunk] = await Promise.race([once(child.stdout, 'data'), gone]);
  return { child, line: String(chunk).split('\n')[0] };
}

async function stop(child) {
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
}

/** Runs `orders` to its end. @returns megabytes at the highest, read while it runs; undefined where nobody tells */
export async function peakOfCommand(args, env) {
  const child = spawn(process.execPath, [BIN, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let peak;
  const watch = setInterval(() => (peak = peakMemory(child.pid) ?? peak), 10);
  const [code] = await once(child, 'exit');
  clearInterval(watch);
  if (code !== 0) throw new Error(`orders ${args.join(' ')} ended with ${code}`);
  return peak;
}

/** Megabytes of resident memory at the highest, as Linux counts it; undefined elsewhere. */
function peakMemory(pid) {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
