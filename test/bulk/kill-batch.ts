import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MACHINE } from '../commands/fixed.js';
import { OrdersProcess, type Ended } from '../durability/orders-process.js';
import type { Random } from '../durability/random.js';
import { startRedriveService } from './redrive-service.js';

export interface BatchFigures {
  readonly executions: number;
  /** Processes that were killed. */
  readonly kills: number;
  /** Of these, in the middle of RedriveExecution: before it had its effect, or after it and before its answer. */
  readonly killsInRedrive: number;
  /** RedriveExecution calls beyond one an execution: asked again after a kill, with the token of the first. */
  readonly repeatedCalls: number;
  readonly redrivenOnce: number;
  /** Empty: everything held. */
  readonly faults: readonly string[];
}

/**
 * Redrives a batch against a service that counts, with processes killed (kill -9) at random calls, then lets it end.
 * A kill falls before or after the effect of a call, so that the answer never arrives.
 */
export async function killBatch(
  count: number,
  kills: number,
  random: Random,
  launch: { readonly folder: string; readonly root?: string },
): Promise<BatchFigures> {
  const service = await startRedriveService(count, random);
  const env = {
    ORDERS_ENV: 'prod',
    ORDER_STATE_MACHINE_ARN: MACHINE,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const run = (...args: string[]): OrdersProcess =>
    new OrdersProcess(['redrive', ...args, '--endpoint-url', service.url, '--region', 'eu-west-1'], { ...launch, env });
  const begin = ['--status', 'FAILED', '--yes', '--json', '--reason', 'campaign'];
  const resume = ['--resume', '--json'];
  const faults: string[] = [];
  let killed = 0;
  let killsInRedrive = 0;
  let ended: Ended | undefined;
  let args = begin;
  try {
    // A process that came to its end before its kill was the last.
    while (ended === undefined || ended.signal !== null || args === begin) {
      const process = run(...args);
      const dies = killed < kills;
      // Mostly in the part of the work where something is done.
      const share = Math.ceil((count * 2) / kills);
      let left = (args === begin ? count + 2 : 0) + Math.floor(random() * share);
      if (args === begin && random() < 0.2) left = Math.floor(random() * count);
      const moment = random() < 0.5 ? 'before' : 'after';
      // Where it matters most, every other time; anywhere else the calls between them have their share.
      const redriveOnly = killed % 2 === 0;
      service.onCall = async (when, action) => {
        if (when === 'before') left -= 1;
        if (!dies || left > 0 || when !== moment || !process.running) return;
        if (redriveOnly && action !== 'RedriveExecution') return;
        service.onCall = undefined;
        if (action === 'RedriveExecution') killsInRedrive += 1;
        process.signal('SIGKILL');
        await process.ended;
      };
      ended = await process.ended;
      service.onCall = undefined;
      if (ended.signal !== null) killed += 1;
      else if (args === begin || ended.code === 0) break;
      else {
        faults.push(
          `orders redrive ${args.join(' ')} exits ${ended.code}: ${ended.stdout.slice(-500)} ${ended.stderr}`,
        );
        break;
      }
      args = hasPlan(launch.folder) ? resume : begin;
    }
    const { redrives } = service;
    redrives.forEach((times, index) => {
      if (times !== 1) faults.push(`order-b${index} was redriven ${times} times`);
    });
    faults.push(...service.faults, ...journalFaults(launch.folder, count));
    return {
      executions: count,
      kills: killed,
      killsInRedrive,
      repeatedCalls: (service.calls['RedriveExecution'] ?? 0) - count,
      redrivenOnce: redrives.filter((times) => times === 1).length,
      faults,
    };
  } finally {
    await service.close();
  }
}

/** Whether an interrupted batch has its plan on the disk; before that nothing was done. */
function hasPlan(folder: string): boolean {
  return files(folder, '.journal').some((text) => text.includes('{"planned":'));
}

function journalFaults(folder: string, count: number): string[] {
  const done = files(folder, '.done');
  if (done.length !== 1) return [`${done.length} complete journals in place of one`];
  const results = new Set([...(done[0] ?? '').matchAll(/ \{"result":(\d+),"verdict":"redriven"/gu)].map(([, n]) => n));
  return results.size === count ? [] : [`the journal has ${results.size} results of ${count}`];
}

function files(folder: string, end: string): string[] {
  const bulk = join(folder, 'bulk');
  try {
    return readdirSync(bulk)
      .filter((name) => name.endsWith(end))
      .map((name) => readFileSync(join(bulk, name), 'utf8'));
  } catch {
    return [];
  }
}
