import { looksLikeArn } from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import type { Environment } from '../environment/environment.js';
import { assertOrderId } from '../execution/execution-name.js';
import { resolveExecution } from '../execution/resolve-execution.js';

/** The order that somebody named, by its id or by the ARN of an execution of it. @throws Failure (usage, notFound) */
export async function orderIdOf(environment: Environment, orderOrArn: string): Promise<string> {
  if (!looksLikeArn(orderOrArn)) {
    assertOrderId(orderOrArn);
    return orderOrArn;
  }
  const { execution, orderId } = await resolveExecution(await environment.clients.sfn(), environment, orderOrArn);
  const known = orderId ?? idIn(execution.input);
  if (known !== undefined) return known;
  throw new Failure('usage', `nothing tells which order this execution is of: ${orderOrArn}`, {
    suggestions: ['give the id of the order'],
  });
}

/** The name of an execution may be a hash of the id; its input holds it. */
function idIn(input: string | undefined): string | undefined {
  try {
    const { orderId } = JSON.parse(input ?? '') as { orderId?: unknown };
    return typeof orderId === 'string' ? orderId : undefined;
  } catch {
    return undefined;
  }
}
