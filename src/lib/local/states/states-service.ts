import type { WireService } from '../ports.js';
import type { TaskTokenStore } from '../store/task-token-store.js';
import { createAwsJsonService } from '../wire/aws-json-service.js';
import { executionOperations, type ExecutionParts } from './execution-operations.js';
import { historyOperations } from './history-operations.js';
import { machineOperations } from './machine-operations.js';
import { tagOperations } from './tag-operations.js';
import { taskTokenOperations } from './task-token-operations.js';

/** Step Functions over AWS JSON 1.0. Operations that are not here are refused by name. */
export function createStatesService(parts: ExecutionParts & { readonly tokens: TaskTokenStore }): WireService {
  const { executions, machines, driver, tokens, tags, sources } = parts;
  const exists = async (arn: string) => (await parts.findMachine(arn)) !== undefined;
  return createAwsJsonService(
    { target: 'AWSStepFunctions', version: '1.0', errorNamespace: 'com.amazonaws.swf.service.v2.model' },
    {
      ...machineOperations(parts),
      ...executionOperations(parts),
      ...historyOperations(executions, machines),
      ...taskTokenOperations(tokens, executions, driver),
      ...tagOperations(tags, exists),
    },
    sources,
  );
}
