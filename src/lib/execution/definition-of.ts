import { parseExecutionArn } from '../aws/arn.js';
import type { Environment } from '../environment/environment.js';
import type { Execution } from './execution.js';
import { executionCalls } from './execution-calls.js';

/**
 * The definition that an execution runs. Step Functions does not tell it of Express executions: theirs is what the machine
 * has now, which may have changed since.
 */
export async function definitionOf(environment: Environment, execution: Execution): Promise<string | undefined> {
  const sfn = await executionCalls(environment);
  const { executionArn, stateMachineArn } = execution;
  const { definition } =
    parseExecutionArn(executionArn)?.type === 'express'
      ? await sfn.describeStateMachine({ stateMachineArn })
      : await sfn.describeStateMachineForExecution({ executionArn });
  return definition;
}
