import type { Signal } from '../../engine/protocol.js';
import type { InvokeEffect } from './execution-run.js';
import type { FunctionCaller } from './function-caller.js';
import { invokeFunction, invokeFunctionArn } from './integrations/lambda.js';
import { failed, signalOf, type Outcome } from './integrations/outcome.js';
import { callDynamoDb, publish, sendMessage, type Handle } from './integrations/services.js';

const DYNAMODB_ACTIONS = ['getItem', 'putItem', 'updateItem', 'deleteItem'];

export interface TaskCallerParts {
  readonly functions: FunctionCaller;
  readonly handle: Handle;
  now(): number;
}

/** Calls the service a task names. Whatever happens there is an outcome; only a broken store rejects. */
export class TaskCaller {
  constructor(private readonly parts: TaskCallerParts) {}

  async call(effect: InvokeEffect): Promise<Signal | undefined> {
    const { service, pattern } = effect.resource;
    // Nobody takes tasks off activities here.
    if (service === 'activity') return undefined;
    const callback = pattern === 'wait-for-task-token';
    const outcome = pattern === 'request-response' || callback ? await this.perform(effect) : undefined;
    return signalOf(effect.key, outcome ?? unavailable(effect), callback);
  }

  private async perform({ resource, parameters }: InvokeEffect): Promise<Outcome | undefined> {
    const { functions, handle, now } = this.parts;
    if (resource.service === 'lambda-arn') return invokeFunctionArn(resource.arn, parameters, functions);
    switch (`${resource.service}:${resource.action}`) {
      case 'lambda:invoke':
        return invokeFunction(parameters, functions, now);
      case 'sns:publish':
        return publish(parameters, handle);
      case 'sqs:sendMessage':
        return sendMessage(parameters, handle);
      default:
        if (resource.service !== 'dynamodb' || !DYNAMODB_ACTIONS.includes(resource.action)) return undefined;
        return callDynamoDb(resource.action, parameters, handle);
    }
  }
}

function unavailable({ resource }: InvokeEffect): Outcome {
  return failed('States.Runtime', `The local environment does not offer the resource ${resource.arn}.`);
}
