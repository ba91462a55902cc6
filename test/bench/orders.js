/*
 * Whole orders through `orders local serve`: nine functions with their SDKs in a warm worker, ledger, payment, messages and
 * logs on disk. The first order boots the worker and is told apart.
 */
import { readFileSync } from 'node:fs';
import { ORDER } from './installation.js';
import { serveLocal } from './processes.js';
import { count, median } from './table.js';
import { wireClient } from './wire-client.js';

const ORDERS = 20;
const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:order-processing';

export async function orders({ quick, scratch }) {
  const rounds = quick ? 2 : 5;
  const order = JSON.parse(readFileSync(ORDER, 'utf8'));
  const local = await serveLocal(scratch);
  const client = wireClient(local.port);
  let first;
  const rates = [];
  /** @returns milliseconds until so many orders have ended. */
  const process = async (name, number) => {
    const inputOf = (index) => ({
      stateMachineArn: MACHINE,
      input: JSON.stringify({ ...order, orderId: `${name}-${index}` }),
    });
    const started = performance.now();
    await client.times(number, 'StartExecution', inputOf);
    await client.ended(MACHINE);
    return performance.now() - started;
  };
  try {
    first = await process('first', 1);
    for (let round = 0; round < rounds; round += 1)
      rates.push((ORDERS * 1000) / (await process(`round-${round}`, ORDERS)));
    const query = { stateMachineArn: MACHINE, statusFilter: 'SUCCEEDED', maxResults: 1000 };
    const { executions } = await client.call('ListExecutions', query);
    const all = 1 + rounds * ORDERS;
    if (executions.length !== all) throw new Error(`${executions.length} of ${all} orders were fulfilled`);
  } finally {
    client.close();
    await local.stop();
  }
  return [
    { what: 'the first order of a server', figure: `${count(first)} ms` },
    { what: `${ORDERS} orders at once`, figure: `${median(rates).toFixed(1)} orders/s` },
  ];
}
