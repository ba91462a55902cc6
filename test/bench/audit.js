/*
 * `orders audit` over many orders: what its process takes at the highest, and the time of one order. The environment is another
 * process, as AWS is, so that only the command counts; it and the bench share the processor, so the time is no figure of AWS's.
 */
import { readFileSync } from 'node:fs';
import { ORDER } from './installation.js';
import { peakOfCommand, serveLocal } from './processes.js';
import { count, memoryRow } from './table.js';
import { wireClient } from './wire-client.js';

const LIMIT_MB = 250;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing';

export async function audit({ quick, scratch }) {
  const order = JSON.parse(readFileSync(ORDER, 'utf8'));
  // One product of which there is plenty, and what it runs out of is cancelled: both kinds are audited.
  const items = [{ productId: 'spoon-oak', quantity: 2 }];
  const local = await serveLocal(scratch);
  const client = wireClient(local.port);
  const env = { PATH: process.env.PATH, HOME: scratch, ORDERS_LOCAL_DIR: scratch };
  const rows = [];
  let started = 0;
  let before;
  try {
    for (const orders of quick ? [20, 100] : [100, 600]) {
      const first = started;
      await client.times(orders - first, 'StartExecution', (index) => ({
        stateMachineArn: MACHINE,
        input: JSON.stringify({ ...order, items, orderId: `audited-${first + index}` }),
      }));
      await client.ended(MACHINE);
      started = orders;
      const begun = performance.now();
      const megabytes = await peakOfCommand(['audit', '--endpoint-url', `http://127.0.0.1:${local.port}`], env);
      const each = (performance.now() - begun) / orders;
      const what = `orders audit of ${count(orders)} orders`;
      const compared = `${each.toFixed(1)} ms an order${before === undefined ? '' : `, ${(each / before).toFixed(2)} x the first`}`;
      rows.push(memoryRow(what, megabytes, LIMIT_MB, compared));
      before ??= each;
    }
  } finally {
    client.close();
    await local.stop();
  }
  return rows;
}
