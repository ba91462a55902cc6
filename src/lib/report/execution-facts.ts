import { parseExecutionArn } from '../aws/arn.js';
import type { Environment } from '../environment/environment.js';
import type { Execution } from '../execution/execution.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import { consoleUrl } from './console-url.js';

/** What every answer about one execution begins with. */
export interface ExecutionFacts {
  readonly environment: string;
  readonly executionArn: string;
  readonly name: string;
  readonly orderId?: string;
  readonly attempt: number;
  readonly status: Execution['status'];
  readonly startDate: Date;
  readonly stopDate?: Date;
  /** Milliseconds from start to end or now, pauses before redrives included. */
  readonly duration: number;
  readonly redriveCount: number;
}

/** @param now epoch milliseconds */
export function executionFacts(environment: Environment, found: FoundExecution, now: number): ExecutionFacts {
  const { execution, orderId, attempt } = found;
  return {
    environment: environment.name,
    executionArn: execution.executionArn,
    name: execution.name,
    ...(orderId === undefined ? {} : { orderId }),
    attempt,
    status: execution.status,
    startDate: execution.startDate,
    ...(execution.stopDate === undefined ? {} : { stopDate: execution.stopDate }),
    duration: Math.max(0, (execution.stopDate?.getTime() ?? now) - execution.startDate.getTime()),
    redriveCount: execution.redriveCount,
  };
}

/** The console's page, which Standard executions on AWS have. */
export function consolePage(environment: Environment, executionArn: string): string | undefined {
  const arn = parseExecutionArn(executionArn);
  return environment.kind === 'aws' && arn?.type === 'standard' ? consoleUrl(arn, executionArn) : undefined;
}
