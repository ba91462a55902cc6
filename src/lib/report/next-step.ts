import { endedBadly } from '../execution/execution.js';
import type { Environment } from '../environment/environment.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import type { Inspection } from '../execution/inspect-execution.js';

/** How a person would name this execution again: by its order's id, with the attempt where the id alone may mean a newer one; else by its ARN. */
export function referenceOf(found: FoundExecution): string {
  const { orderId, attempt, execution, newest } = found;
  // Anything else would have to be quoted for a shell.
  if (orderId === undefined || !/^[0-9A-Za-z_][0-9A-Za-z_-]{0,79}$/.test(orderId)) return execution.executionArn;
  return newest === true ? orderId : `${orderId} --attempt ${attempt}`;
}

/** What to do now, one command or remark a line; nothing when all is well. */
export function nextSteps(
  { here }: Pick<Environment, 'here'>,
  found: FoundExecution,
  inspection: Inspection,
  driver: 'alive' | 'none' | 'elsewhere',
): string[] {
  const { execution, redrive, history } = inspection;
  const name = referenceOf(found);
  const shown = here(`orders history ${name}`);
  if (execution.status === 'SUCCEEDED') return [shown];
  if (!endedBadly(execution.status)) {
    return driver === 'none'
      ? ['orders local serve drives it on, and so does the next orders start or orders redrive']
      : [here(`orders status ${name} --wait`)];
  }
  if (redrive.helps) {
    const fix = history.failure?.class === 'bug' ? ', when the function is fixed' : '';
    return [`${here(`orders redrive ${name}`)}${fix}`, shown];
  }
  if (history.failure?.class === 'business' || history.failure?.failState !== undefined) {
    return [
      `correct the order and start it again: ${here(`orders start --file FILE --attempt ${found.attempt + 1}`)}`,
      shown,
    ];
  }
  return [shown];
}
