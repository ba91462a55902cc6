import { Flags } from '@oclif/core';

/** Of commands that act on many executions at once. */
export const BATCH_FLAGS = {
  'from-file': Flags.string({
    summary: 'file with an order id or ARN a line, - for standard input',
    helpValue: 'FILE',
    helpGroup: 'MANY',
  }),
  since: Flags.string({
    summary: 'those started since then: a span back from now, or a time',
    helpValue: '2h',
    helpGroup: 'MANY',
  }),
  until: Flags.string({ summary: 'those started before then', helpValue: '1h', helpGroup: 'MANY' }),
  error: Flags.string({ summary: 'those that failed with this error', helpValue: 'NAME', helpGroup: 'MANY' }),
  state: Flags.string({ summary: 'those that failed in, or are in, this state', helpValue: 'NAME', helpGroup: 'MANY' }),
  rate: Flags.string({
    summary: "so many a second at most (default: the account's quota less a margin)",
    helpValue: 'N',
    helpGroup: 'MANY',
  }),
  yes: Flags.boolean({ char: 'y', summary: 'do not ask', helpGroup: 'MANY' }),
  resume: Flags.boolean({ summary: 'go on with what was interrupted', helpGroup: 'MANY' }),
  journal: Flags.string({
    summary: 'which interrupted one, where there are several',
    helpValue: 'ID',
    dependsOn: ['resume'],
    helpGroup: 'MANY',
  }),
};
