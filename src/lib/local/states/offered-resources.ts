import type { Diagnostic } from '../../definition/diagnostic.js';
import { readDefinition } from '../../definition/parse.js';
import { states } from '../../definition/states.js';
import type { IntegrationPattern, ResourceReference } from '../../engine/protocol.js';
import { readResource } from '../../engine/resource.js';

const CALLBACK: readonly IntegrationPattern[] = ['request-response', 'wait-for-task-token'];
const PLAIN: readonly IntegrationPattern[] = ['request-response'];

/** Integrations that can be run here, with the patterns AWS has for them. Source: developer guide, "Integrating services". */
const OFFERED: Readonly<Record<string, readonly IntegrationPattern[]>> = {
  'lambda:invoke': CALLBACK,
  'states:startExecution': ['request-response', 'sync', 'sync:2', 'wait-for-task-token'],
  'sns:publish': CALLBACK,
  'sqs:sendMessage': CALLBACK,
  'dynamodb:getItem': PLAIN,
  'dynamodb:putItem': PLAIN,
  'dynamodb:updateItem': PLAIN,
  'dynamodb:deleteItem': PLAIN,
};

const SUPPORTED = `Lambda function ARNs, activity ARNs, ${Object.keys(OFFERED).join(', ')}`;

/** Whether a task with this resource can be run here. */
export function isOffered({ service, action, pattern }: ResourceReference): boolean {
  if (service === 'lambda-arn' || service === 'activity') return true;
  const name = `${service}:${action}`;
  return Object.hasOwn(OFFERED, name) && OFFERED[name]?.includes(pattern) === true;
}

/** Tasks whose resource cannot be run here: refused with the definition, not in the middle of a run. */
export function unofferedResources(definition: string): Diagnostic[] {
  const { machine } = readDefinition(definition);
  const found: Diagnostic[] = [];
  for (const { name, state, location } of machine === undefined ? [] : states(machine)) {
    if (state.Type !== 'Task' || isOffered(readResource(state.Resource))) continue;
    const message =
      `The local environment does not offer the resource ${state.Resource} of the state '${name}'; ` +
      `it supports ${SUPPORTED}`;
    found.push({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location: `${location}/Resource` });
  }
  return found;
}
