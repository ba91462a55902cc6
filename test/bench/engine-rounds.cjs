/* eslint-disable @typescript-eslint/no-require-imports */
/* Measures for engine.js: argument and answer are JSON. CommonJS, since the engine is bundled so. */
'use strict';
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { bundle, peer, rounds, milliseconds } = JSON.parse(process.argv[2]);
const { Execution, parseDefinition } = require(bundle);

const STATES = 10;
const INPUT = { order: '1001', items: ['mug-white', 'board-beech'] };
/** Where in a history the cost of a transition is looked at: the middles of steps, in events. */
const WINDOWS = [1_000, 11_000, 23_000];

let ids = 0;
const sources = { now: () => Date.now(), random: () => Math.random(), uuid: () => `id-${++ids}` };

function setup(definition) {
  const name = `execution-${++ids}`;
  return {
    executionArn: `arn:aws:states:us-east-1:000000000000:execution:bench:${name}`,
    name,
    stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:bench',
    stateMachineName: 'bench',
    roleArn: 'arn:aws:iam::000000000000:role/bench',
    region: 'us-east-1',
    accountId: '000000000000',
    type: 'STANDARD',
    definition,
    input: JSON.stringify(INPUT),
    startedAt: Date.now(),
  };
}

/** Transitions a second of `once`, which makes one execution. */
async function rate(once) {
  const started = performance.now();
  let executions = 0;
  while (performance.now() - started < milliseconds) {
    for (let i = 0; i < 50; i += 1) await once();
    executions += 50;
  }
  return (executions * STATES * 1000) / (performance.now() - started);
}

function ownChain(definition) {
  const { step } = Execution.start(setup(definition), sources);
  // The start and the end, an entry and an exit of each state.
  if (step.status !== 'SUCCEEDED' || step.records.length !== 2 + 2 * STATES) throw new Error('not the whole history');
}

/** Nanoseconds a transition in each window of one execution that fills its history. */
function ownLoop(definition) {
  const nanoseconds = [];
  let execution;
  let step;
  do {
    const first = execution?.lastEventId ?? 0;
    const timer = step?.effects.find(({ kind }) => kind === 'timer');
    const started = performance.now();
    if (execution === undefined) ({ execution, step } = Execution.start(setup(definition), sources));
    else step = execution.handle({ kind: 'timer', key: timer.key });
    const took = performance.now() - started;
    const window = WINDOWS.findIndex((middle) => first < middle && middle <= execution.lastEventId);
    // An entry and an exit are one transition.
    if (window >= 0) nanoseconds[window] = (took * 1e6) / ((execution.lastEventId - first) / 2);
  } while (step.status === 'RUNNING');
  return nanoseconds;
}

async function main() {
  const { passChain, endlessLoop } = await import('./machines.js');
  const chain = parseDefinition(passChain(STATES));
  const loop = parseDefinition(endlessLoop);
  let other;
  if (peer !== undefined) {
    const { StateMachine } = require(join(peer, JSON.parse(readFileSync(join(peer, 'package.json'), 'utf8')).main));
    const machine = new StateMachine(JSON.parse(passChain(STATES)));
    other = () => machine.run(INPUT).result;
  }

  const ours = [];
  const theirs = [];
  const windows = WINDOWS.map((events) => ({ events, nanoseconds: [] }));
  // The first round warms up.
  for (let round = -1; round < rounds; round += 1) {
    const own = await rate(() => ownChain(chain));
    const peers = other && (await rate(other));
    const loops = Array.from({ length: 5 }, () => ownLoop(loop));
    if (round < 0) continue;
    ours.push(own);
    if (peers !== undefined) theirs.push(peers);
    for (const [index, window] of windows.entries()) window.nanoseconds.push(...loops.map((one) => one[index]));
  }
  console.log(JSON.stringify({ version: process.version, ours, theirs, windows }));
}

void main();
