import { looksLikeArn, parseExecutionArn } from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import type { Environment } from '../environment/environment.js';
import { assertOrderId } from '../execution/execution-name.js';
import { resolveExecution } from '../execution/resolve-execution.js';

/** The order that somebody named. */
export interface NamedOrder {
  readonly orderId: string;
  /** Which attempt, where an execution was named: it is of that one and no other. */
  readonly attempt?: number;
  /** The Standard execution that was named. */
  readonly executionArn?: string;
}

/** By its id, or by the ARN of an execution of it. @throws Failure (usage, notFound) */
export async function orderIdOf(environment: Environment, orderOrArn: string): Promise<NamedOrder> {
  if (!looksLikeArn(orderOrArn)) {
    assertOrderId(orderOrArn);
    return { orderId: orderOrArn };
  }
  const found = await resolveExecution(await environment.clients.sfn(), environment, orderOrArn);
  const { executionArn, input } = found.execution;
  const said = orderInInput(input);
  const orderId = said?.orderId ?? found.orderId;
  if (orderId !== undefined) {
    const isStandard = parseExecutionArn(executionArn)?.type === 'standard';
    return { orderId, attempt: said?.attempt ?? found.attempt, ...(isStandard && { executionArn }) };
  }
  throw new Failure('usage', `nothing tells which order this execution is of: ${orderOrArn}`, {
    suggestions: ['give the id of the order'],
  });
}

/**
 * What the input of an execution says of its order, as ValidateOrder reads it: the name of an execution may be a hash of the
 * id, or anybody's.
 */
export function orderInInput(input: string | undefined): { orderId: string; attempt?: number } | undefined {
  try {
    const { orderId, attempt } = JSON.parse(input ?? '') as { orderId?: unknown; attempt?: unknown };
    if (typeof orderId !== 'string') return undefined;
    return { orderId, ...(typeof attempt === 'number' && { attempt }) };
  } catch {
    return undefined;
  }
}
