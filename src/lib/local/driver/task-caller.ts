import type { Signal } from '../../engine/protocol.js';
import { isOffered } from '../states/offered-resources.js';
import type { ActivityStore } from '../store/activity-store.js';
import type { Caller } from './caller.js';
import type { InvokeEffect } from './execution-run.js';
import type { FunctionCaller } from './function-caller.js';
import { invokeFunction, invokeFunctionArn } from './integrations/lambda.js';
import { startNested, type NestedExecutionParts } from './integrations/nested-execution.js';
import { failed, signalOf, type Outcome } from './integrations/outcome.js';
import { callDynamoDb, publish, sendMessage, type Handle } from './integrations/services.js';

export interface TaskCallerParts {
  readonly functions: FunctionCaller;
  readonly handle: Handle;
  readonly activities: ActivityStore;
  readonly now: () => number;
  nestedExecutions(): NestedExecutionParts;
}

/** Calls the service a task names. Whatever happens there is an outcome; only a broken store rejects. */
export class TaskCaller {
  constructor(private readonly parts: TaskCallerParts) {}

  /** @param caller the execution; none for a state that is tested on its own */
  async call(effect: InvokeEffect, caller?: Caller): Promise<Signal | undefined> {
    const { service, pattern } = effect.resource;
    if (service === 'activity') return this.offer(effect);
    const callback = pattern === 'wait-for-task-token';
    // It has arrived already; only whoever has the token answers.
    if (callback && effect.submitted && service !== 'states') return undefined;
    return signalOf(effect.key, await this.perform(effect, caller), callback);
  }

  /** A worker will answer, through the API. Which error AWS gives for an activity that is not there is not documented. */
  private offer({ key, resource, taskToken = '', parametersText }: InvokeEffect): Signal | undefined {
    const { activities } = this.parts;
    if (activities.find(resource.arn) === undefined) {
      const cause = `The activity ${resource.arn} does not exist.`;
      return { kind: 'task-not-scheduled', key, error: 'States.Runtime', cause };
    }
    activities.offer(resource.arn, taskToken, parametersText);
    return undefined;
  }

  private async perform(effect: InvokeEffect, caller: Caller | undefined): Promise<Outcome> {
    const { functions, handle, now } = this.parts;
    const { resource, parameters, parametersText } = effect;
    // Refused with the definition; machines of older stores may still hold one.
    if (!isOffered(resource)) return unavailable(effect);
    if (resource.service === 'lambda-arn') return invokeFunctionArn(resource.arn, parametersText, functions);
    switch (`${resource.service}:${resource.action}`) {
      case 'lambda:invoke':
        return invokeFunction(parameters, functions, now);
      case 'sns:publish':
        return publish(parameters, handle);
      case 'sqs:sendMessage':
        return sendMessage(parameters, handle);
      case 'states:startExecution':
        return startNested(effect, this.parts.nestedExecutions(), caller);
      default:
        return callDynamoDb(resource.action, parameters, handle);
    }
  }
}

function unavailable({ resource }: InvokeEffect): Outcome {
  return failed('States.Runtime', `The local environment does not offer the resource ${resource.arn}.`);
}
