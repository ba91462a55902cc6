import type { Environment } from '../environment/environment.js';
import { hasEnded, type Execution } from './execution.js';

/**
 * Whether somebody drives a running execution of the local environment. `undefined` where nobody has to: it has ended, or AWS does it.
 */
export function isDriven(environment: Pick<Environment, 'local'>, execution: Execution): boolean | undefined {
  if (environment.local === undefined || hasEnded(execution.status)) return undefined;
  return environment.local.driverOf(execution.executionArn)?.alive ?? false;
}
