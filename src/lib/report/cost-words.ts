import type { Basis, BasisName } from '../pricing/basis.js';
import type { Charge, Item } from '../pricing/charge.js';
import type { PriceBook, PriceNote } from '../pricing/prices.js';
import type { StandardOnly } from '../pricing/workflow-definition.js';
import { shortCount } from './money-text.js';

const ITEMS: Readonly<Record<Item, string>> = {
  transitions: 'transitions',
  childTransitions: 'Map children, transitions',
  nestedTransitions: 'nested executions',
  requests: 'requests',
  duration: 'GB-seconds',
  childRequests: 'Map children, requests',
  childDuration: 'Map children, GB-s',
  executionLogs: 'execution logs, GB',
  functionLogs: 'Lambda logs, GB',
  logStorage: 'log storage, GB',
  lambdaRequests: 'Lambda calls',
  lambdaDuration: 'Lambda GB-s',
  dynamodbWrites: 'DynamoDB writes',
  dynamodbReads: 'DynamoDB reads',
  snsPublishes: 'SNS messages',
  traces: 'X-Ray traces',
};

/** "GB-seconds to 3.6M", "transitions, 4K free". */
export function chargeText({ item, tier, free }: Charge): string {
  const range =
    tier === undefined
      ? ''
      : tier.to !== undefined && tier.from.n === 0n
        ? ` to ${shortCount(tier.to)}`
        : tier.from.n === 0n
          ? ''
          : tier.to === undefined
            ? ` above ${shortCount(tier.from)}`
            : ` ${shortCount(tier.from)} to ${shortCount(tier.to)}`;
  const kept = item === 'duration' || item === 'childDuration' ? range : '';
  return `${ITEMS[item]}${kept}${free === undefined ? '' : `, ${shortCount(free)} free`}`;
}

const BASES: Readonly<Record<BasisName, string>> = {
  executions: 'orders a month',
  region: 'region',
  transitions: 'transitions an order',
  items: 'items a Map',
  duration: 'duration',
  memory: 'memory',
  payload: 'payload',
  countStart: 'start of an execution',
  freeTier: 'free tier',
  alreadyUsed: 'GB-seconds used before',
  logs: 'execution log an order',
  childDuration: "duration of a Map's child",
  nested: 'transitions of a nested execution',
  functionCalls: 'Lambda calls an order',
  functionDuration: 'a Lambda call',
  functionMemory: 'Lambda memory',
  architecture: 'Lambda processor',
  functionLogs: 'log a Lambda call',
  dynamodbWrites: 'DynamoDB write units an order',
  dynamodbReads: 'DynamoDB read units an order',
  snsPublishes: 'SNS messages an order',
  traced: 'orders traced',
};

/** "duration 2s (--duration)" for what is only assumed, without the flag for what is known. */
export function basisText({ name, value, origin, flag }: Basis): string {
  return `${BASES[name]} ${value}${origin === 'assumed' ? ` (--${flag})` : ''}`;
}

export const ORIGINS: Readonly<Record<Basis['origin'], string>> = {
  given: 'given',
  definition: 'from the definition',
  measured: 'measured',
  billed: 'as billed',
  formula: "by AWS's formula",
  assumed: 'assumed',
};

export function sourceText({ source, date, region }: PriceBook): string {
  switch (source) {
    case 'live':
      return `AWS Price List, asked today (${date}), ${region}`;
    case 'cached':
      return `AWS Price List, asked on ${date}, ${region}`;
    case 'embedded':
      return `table of ${date} that came with orders, ${region}`;
  }
}

export function noteText(note: PriceNote, region: string): string {
  switch (note.about) {
    case 'express-of-us-east-1':
      return `Express prices of us-east-1 are taken for ${region}`;
    case 'not-live':
      return `no live prices: ${note.reason}`;
  }
}

export const STANDARD_ONLY: Readonly<Record<StandardOnly, string>> = {
  callback: 'waits for a callback',
  job: 'waits for a job (.sync)',
  activity: 'is an activity',
  'distributed-map': 'is a distributed Map',
};
