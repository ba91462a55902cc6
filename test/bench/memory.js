/*
 * What the serving process takes at the highest while it runs something large: a server each, so that none stands on what
 * another left. The bench itself is another process and does not count.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { dayOfWaiting, endlessLoop, mapOfPasses } from './machines.js';
import { peakOfCommand, serveLocal } from './processes.js';
import { count, memoryRow } from './table.js';
import { wireClient } from './wire-client.js';

const LIMIT_MB = 250;
const HISTORY = 25_000;
const ITEMS = 10_000;
const OPEN = 10_000;

export async function memory({ scratch }) {
  const cases = [
    { what: `an execution of ${count(HISTORY)} events, and reading them`, run: fullHistory },
    { what: `a Map of ${count(ITEMS)} items (EXPRESS)`, run: largeMap },
    { what: `${count(OPEN)} open executions that wait`, run: openExecutions },
  ];
  const rows = [];
  for (const { what, run } of cases) {
    const local = await serveLocal(scratch);
    const client = wireClient(local.port);
    try {
      const started = performance.now();
      await run(client);
      const seconds = (performance.now() - started) / 1000;
      const megabytes = local.peakMemory();
      rows.push(memoryRow(what, megabytes, LIMIT_MB, `in ${seconds.toFixed(1)} s`));
    } finally {
      client.close();
      await local.stop();
    }
  }
  rows.push(...(await readingCommands(scratch)));
  return rows;
}

/** The client's side: what a command takes to read a full history, payloads and all. */
async function readingCommands(scratch) {
  const local = await serveLocal(scratch);
  const client = wireClient(local.port);
  const rows = [];
  try {
    const stateMachineArn = await client.createMachine('loop', endlessLoop);
    const payload = JSON.stringify({ order: '1001', text: 'x'.repeat(2_000) });
    const { executionArn } = await client.call('StartExecution', { stateMachineArn, input: payload });
    await client.ended(stateMachineArn);
    const env = { PATH: process.env.PATH, HOME: scratch, ORDERS_LOCAL_DIR: scratch };
    for (const flags of [[], ['--data'], ['--json']]) {
      const url = `http://127.0.0.1:${local.port}`;
      const started = performance.now();
      const megabytes = await peakOfCommand(['history', executionArn, ...flags, '--endpoint-url', url], env);
      const seconds = (performance.now() - started) / 1000;
      const what = ['orders history', ...flags, `of ${count(HISTORY)} events`].join(' ');
      const compared = `in ${seconds.toFixed(1)} s`;
      rows.push(memoryRow(what, megabytes, LIMIT_MB, compared));
    }
  } finally {
    client.close();
    await local.stop();
  }
  return rows;
}

async function fullHistory(client) {
  const stateMachineArn = await client.createMachine('loop', endlessLoop);
  const { executionArn } = await client.call('StartExecution', { stateMachineArn, input: '{"order":"1001"}' });
  await client.ended(stateMachineArn);
  let events = 0;
  let nextToken;
  do {
    const page = await client.call('GetExecutionHistory', { executionArn, maxResults: 1000, nextToken });
    events += page.events.length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (events !== HISTORY) throw new Error(`the history has ${events} events`);
}

/** A STANDARD one would need more than 25,000 events. */
async function largeMap(client) {
  const stateMachineArn = await client.createMachine('map', mapOfPasses, 'EXPRESS');
  const input = JSON.stringify(Array.from({ length: ITEMS }, (_, index) => index));
  const { status, output } = await client.call('StartSyncExecution', { stateMachineArn, input });
  if (status !== 'SUCCEEDED' || output !== input) throw new Error(`the Map has ended as ${status}`);
}

async function openExecutions(client) {
  const stateMachineArn = await client.createMachine('wait', dayOfWaiting);
  await client.times(OPEN, 'StartExecution', () => ({ stateMachineArn }));
  // Over two rounds of looking for what is due.
  await pause(1_500);
  const query = { stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 };
  let open = 0;
  let nextToken;
  do {
    const page = await client.call('ListExecutions', { ...query, nextToken });
    open += page.executions.length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  if (open !== OPEN) throw new Error(`${open} executions are open`);
}
