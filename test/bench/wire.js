/*
 * `orders local serve` in a process of its own, everything on disk: StartExecution requests, and transitions until all that
 * was started has ended. The requests stand beside those of an echo server behind the same client, round by round.
 */
import { passChain } from './machines.js';
import { serveEcho, serveLocal } from './processes.js';
import { count, median } from './table.js';
import { wireClient } from './wire-client.js';

const CHAINS = [1, 10];
const INPUT = JSON.stringify({ order: '1001', items: ['mug-white', 'board-beech'] });
const REQUESTS_TARGET = 1 / 3;
const TRANSITIONS_TARGET = 10_000;

export async function wire({ quick, scratch }) {
  const rounds = quick ? 5 : 11;
  const requests = quick ? 1_000 : 3_000;
  const echo = await serveEcho();
  const local = await serveLocal(scratch);
  const toEcho = wireClient(echo.port);
  const toLocal = wireClient(local.port);
  const echoed = [];
  const chains = CHAINS.map((states) => ({ states, requests: [], ratios: [], transitions: [] }));
  try {
    for (const chain of chains)
      chain.arn = await toLocal.createMachine(`chain-${chain.states}`, passChain(chain.states));
    // The first round warms up.
    for (let round = -1; round < rounds; round += 1) {
      for (const chain of chains) {
        const input = { stateMachineArn: chain.arn, input: INPUT };
        const echoRate = (requests * 1000) / (await timed(() => toEcho.times(requests, 'StartExecution', () => input)));
        const started = performance.now();
        const took = await timed(() => toLocal.times(requests, 'StartExecution', () => input));
        await toLocal.ended(chain.arn);
        const all = performance.now() - started;
        if (round < 0) continue;
        const rate = (requests * 1000) / took;
        echoed.push(echoRate);
        chain.requests.push(rate);
        chain.ratios.push(rate / echoRate);
        chain.transitions.push((requests * chain.states * 1000) / all);
      }
    }
  } finally {
    toEcho.close();
    toLocal.close();
    await Promise.all([echo.stop(), local.stop()]);
  }

  const rows = [{ what: 'an echo server behind the same client', figure: `${count(median(echoed))} requests/s` }];
  for (const { states, requests: rates, ratios, transitions } of chains) {
    const name = states === 1 ? 'one Pass' : `${states} Pass states`;
    const ratio = median(ratios);
    const most = median(transitions);
    rows.push(
      {
        what: `StartExecution, ${name}`,
        figure: `${count(median(rates))} requests/s`,
        compared: `${ratio.toFixed(2)} x echo`,
        ...(states === 1 && { target: '>= 0.33 x', met: ratio >= REQUESTS_TARGET }),
      },
      {
        what: `until all have ended, ${name}`,
        figure: `${count(most)} transitions/s`,
        ...(states > 1 && { target: `>= ${count(TRANSITIONS_TARGET)}/s`, met: most >= TRANSITIONS_TARGET }),
      },
    );
  }
  rows.push({
    what: 'on the disk by',
    figure: 'WAL, synchronous=NORMAL',
    compared: 'flushed every 1,000 pages',
  });
  return rows;
}

async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
