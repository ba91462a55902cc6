import type { IntegrationPattern, ResourceReference } from './protocol.js';

const INTEGRATION = /^arn:[^:]+:states:[^:]*:[^:]*:(?<rest>.+)$/;
const PATTERNS: readonly [suffix: string, pattern: IntegrationPattern][] = [
  ['.waitForTaskToken', 'wait-for-task-token'],
  ['.sync:2', 'sync:2'],
  ['.sync', 'sync'],
];

/**
 * Reads a Task's Resource: a Lambda function's ARN gives service `lambda-arn`, an activity's `activity`, an optimised
 * integration its service and action (`lambda`, `invoke`), an SDK integration `aws-sdk:<service>`.
 */
export function readResource(arn: string): ResourceReference {
  if (/^arn:[^:]+:lambda:/.test(arn)) {
    return { arn, service: 'lambda-arn', action: 'invoke', pattern: 'request-response' };
  }
  const rest = INTEGRATION.exec(arn)?.groups?.['rest'] ?? arn;
  if (rest.startsWith('activity:')) {
    return { arn, service: 'activity', action: rest.slice('activity:'.length), pattern: 'request-response' };
  }
  const [suffix, pattern] = PATTERNS.find(([ending]) => rest.endsWith(ending)) ?? ['', 'request-response' as const];
  const name = rest.slice(0, rest.length - suffix.length);
  const colon = name.lastIndexOf(':');
  return { arn, service: name.slice(0, colon), action: name.slice(colon + 1), pattern };
}

/** Whether somebody outside answers with the task's token: those tasks have tokens and heartbeats. */
export function needsToken(resource: ResourceReference): boolean {
  return resource.service === 'activity' || resource.pattern === 'wait-for-task-token';
}
