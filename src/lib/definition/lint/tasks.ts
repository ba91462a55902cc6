import { UNKNOWN_RESOURCE } from '../fill-placeholders.js';
import type { PlacedState } from '../states.js';
import type { TaskState } from '../types.js';

export interface PlacedTask extends PlacedState {
  readonly state: TaskState;
}

export function isTask(placed: PlacedState): placed is PlacedTask {
  return placed.state.Type === 'Task';
}

/** `lambda:invoke`, or a function's ARN as the resource; a placeholder is mostly one. */
export function isLambda({ Resource: resource }: TaskState): boolean {
  return /:states:::lambda:invoke\b/u.test(resource) || /^arn:[^:]*:lambda:/u.test(resource);
}

/** The optimized integration, whose result is an envelope around what the function returned. */
export function isLambdaInvoke({ Resource: resource }: TaskState): boolean {
  return /:states:::lambda:invoke(\.waitForTaskToken)?$/u.test(resource);
}

export function waitsForToken({ Resource: resource }: TaskState): boolean {
  return resource.endsWith('.waitForTaskToken');
}

/** Its resource is filled in later: it may be anything. */
export function isUnknown({ Resource: resource }: TaskState): boolean {
  return resource === UNKNOWN_RESOURCE;
}
