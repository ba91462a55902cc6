import type { WireService } from '../ports.js';
import type { TaskTokenStore } from '../store/task-token-store.js';
import { createAwsJsonService } from '../wire/aws-json-service.js';
import { activityOperations, type ActivityParts } from './activity-operations.js';
import { aliasOperations } from './alias-operations.js';
import { executionOperations, type ExecutionParts } from './execution-operations.js';
import { historyOperations } from './history-operations.js';
import { listOperations } from './list-executions-operation.js';
import { machineOperations } from './machine-operations.js';
import { mapRunOperations } from './map-run-operations.js';
import { tagOperations } from './tag-operations.js';
import { taskTokenOperations } from './task-token-operations.js';
import type { TestStateParts } from './test-state/test-state-operation.js';
import { versionOperations } from './version-operations.js';

/** Step Functions over AWS JSON 1.0. Operations that are not here are refused by name. */
export function createStatesService(
  parts: ExecutionParts & ActivityParts & TestStateParts & { readonly tokens: TaskTokenStore },
): WireService {
  const { executions, machines, driver, tokens, tags, sources } = parts;
  const exists = async (arn: string) =>
    parts.activities.find(arn) !== undefined || (await parts.findMachine(arn)) !== undefined;
  return createAwsJsonService(
    { target: 'AWSStepFunctions', version: '1.0', errorNamespace: 'com.amazonaws.swf.service.v2.model' },
    {
      ...machineOperations(parts),
      ...versionOperations(parts),
      ...aliasOperations(parts),
      ...executionOperations(parts),
      ...listOperations(parts),
      ...mapRunOperations(parts.mapRuns, executions),
      ...historyOperations(executions, machines),
      ...activityOperations(parts),
      TestState: async (input) => (await import('./test-state/test-state-operation.js')).testState(parts, input),
      ...taskTokenOperations(tokens, executions, driver),
      ...tagOperations(tags, exists),
    },
    sources,
  );
}
