import { Flags } from '@oclif/core';

/** Of commands that can stay until an execution has ended. */
export const WAIT_FLAGS = {
  wait: Flags.boolean({ char: 'w', summary: 'stay until the execution has ended, and exit by its outcome' }),
  timeout: Flags.string({
    summary: 'stay so long at most; the execution goes on (exit 6)',
    helpValue: '10m',
    dependsOn: ['wait'],
  }),
};

/** Of commands that begin a run, which the local environment can disturb or hurry. */
export const LOCAL_RUN_FLAGS = {
  inject: Flags.string({
    summary: 'local only: let a task fail N times',
    helpValue: 'STATE:ERROR*N',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
  }),
  'fast-forward': Flags.boolean({ summary: 'local only: skip waiting times' }),
};
