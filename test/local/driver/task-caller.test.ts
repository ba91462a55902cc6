import { expect, test } from 'vitest';
import type { InvokeEffect } from '../../../src/lib/local/driver/execution-run.js';
import { TaskCaller, type TaskCallerParts } from '../../../src/lib/local/driver/task-caller.js';

/** Whatever it is asked for would be a call that must not happen. */
const NOTHING = {} as TaskCallerParts;

function effect(pattern: InvokeEffect['resource']['pattern'], submitted: boolean): InvokeEffect {
  return {
    kind: 'invoke',
    key: 'task:3',
    resource: { arn: 'arn:aws:states:::ecs:runTask', service: 'ecs', action: 'runTask', pattern },
    parameters: {},
    parametersText: '{}',
    stateName: 'Only',
    retryCount: 0,
    started: true,
    submitted,
  };
}

test('a machine of an older store with a resource that is not offered fails with its name', async () => {
  expect(await new TaskCaller(NOTHING).call(effect('sync', false))).toEqual({
    kind: 'task-failed',
    key: 'task:3',
    error: 'States.Runtime',
    cause: 'The local environment does not offer the resource arn:aws:states:::ecs:runTask.',
  });
});

test('a request that waits for its callback is not sent a second time', async () => {
  expect(await new TaskCaller(NOTHING).call(effect('wait-for-task-token', true))).toBeUndefined();
});
