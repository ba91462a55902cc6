import { Flags } from '@oclif/core';
import { STATUSES } from '../execution/execution.js';

const AROUND = { helpGroup: 'WHOLE BILL' };
const DEFINED = { helpGroup: 'DEFINITION' };
const COUNTED = { helpGroup: 'REAL ORDERS' };
const text = Flags.string;
const texts = (options: { summary: string; helpValue: string; helpGroup: string }) =>
  Flags.string({ ...options, multiple: true, multipleNonGreedy: true, default: [] });

/** Of cost-estimate, in the groups its help shows. */
export const COST_FLAGS = {
  executions: text({ char: 'n', summary: 'orders a month: 10000, 10K, 1.5M', helpValue: 'COUNT' }),
  type: Flags.option({
    options: ['standard', 'express', 'both'] as const,
    summary: 'workflow type',
    default: 'both',
  })(),
  duration: text({ summary: 'of an order, default 2s', helpValue: '2s' }),
  memory: text({ summary: 'of an Express execution in MB; default: by the formula of AWS', helpValue: '64' }),
  transitions: text({ summary: 'of an order; default: by the definition', helpValue: 'COUNT' }),
  'count-start': Flags.boolean({ summary: 'count the start of an execution as a transition, too' }),
  'free-tier': Flags.boolean({ summary: 'take off what is free each month' }),
  'free-tier-used': text({ summary: 'free transitions used before', helpValue: 'COUNT' }),
  'already-used': text({ summary: 'Express GB-seconds used before in this month', helpValue: 'AMOUNT' }),
  prices: Flags.option({ options: ['auto', 'live', 'embedded'] as const, summary: 'from where', default: 'auto' })(),
  budget: text({ summary: 'exit 13 when a type costs more a month', helpValue: 'USD' }),
  compare: text({ summary: 'also price this definition: what the change costs a million orders', helpValue: 'FILE' }),
  chart: Flags.option({
    options: ['duration', 'volume', 'none'] as const,
    summary: 'draw cost over it (default: duration on a terminal)',
  })(),

  from: texts({ ...COUNTED, summary: 'count this order (id or ARN)', helpValue: 'ORDER' }),
  since: text({ ...COUNTED, summary: 'count the orders started since then', helpValue: '7d' }),
  status: Flags.option({ ...COUNTED, options: STATUSES, summary: 'count only orders of this status' })(),
  limit: Flags.integer({ ...COUNTED, summary: 'count at most so many, default 1000', min: 1, max: 100_000 }),
  'sync-result': texts({
    ...COUNTED,
    summary: 'answers of StartSyncExecution, for their billing details',
    helpValue: 'FILE',
  }),

  definition: text({ ...DEFINED, summary: 'default: the shipped workflow', helpValue: 'FILE' }),
  items: texts({ ...DEFINED, summary: 'items of a Map, default 3', helpValue: '[STATE=]COUNT' }),
  'retry-rate': texts({ ...DEFINED, summary: 'attempts that are retried', helpValue: '[STATE=]SHARE' }),
  'failure-rate': texts({ ...DEFINED, summary: 'visits that end in a Catch or Fail', helpValue: '[STATE=]SHARE' }),
  branch: texts({ ...DEFINED, summary: 'how often a Choice goes there', helpValue: 'STATE:NEXT=SHARE' }),
  loops: text({ ...DEFINED, summary: 'how often the way back of a loop is taken', helpValue: 'COUNT' }),
  payload: text({ ...DEFINED, summary: 'data of an execution, default 4KB', helpValue: 'SIZE' }),
  nested: text({ ...DEFINED, summary: 'transitions of an execution that a task starts', helpValue: 'COUNT' }),
  'child-duration': text({
    ...DEFINED,
    summary: 'of an Express child of a distributed Map, default 1s',
    helpValue: '1s',
  }),

  whole: Flags.boolean({ ...AROUND, summary: 'add Lambda, DynamoDB, SNS, logs and tracing' }),
  logs: text({ ...AROUND, summary: 'execution log an order; 5KB with --whole', helpValue: 'SIZE' }),
  'lambda-duration': text({ ...AROUND, summary: 'of a call', helpValue: '100ms' }),
  'lambda-memory': text({ ...AROUND, summary: 'of a function in MB', helpValue: '256' }),
  'lambda-architecture': Flags.option({ ...AROUND, options: ['arm64', 'x86_64'] as const, summary: 'its processor' })(),
  'lambda-logs': text({ ...AROUND, summary: 'log of a call', helpValue: '1KB' }),
  'dynamodb-writes': text({ ...AROUND, summary: 'write units an order', helpValue: 'COUNT' }),
  'dynamodb-reads': text({ ...AROUND, summary: 'read units an order', helpValue: 'COUNT' }),
  'sns-publishes': text({ ...AROUND, summary: 'messages an order', helpValue: 'COUNT' }),
  'trace-rate': text({ ...AROUND, summary: 'orders that X-Ray traces', helpValue: 'SHARE' }),
};
