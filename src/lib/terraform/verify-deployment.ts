import type { SFN } from '@aws-sdk/client-sfn';
import type { SSM } from '@aws-sdk/client-ssm';
import { isDeepStrictEqual } from 'node:util';
import { readDeployment, type Deployment } from '../environment/deployment.js';

/** How often and how long something is waited for that AWS makes visible a moment later. */
export interface Patience {
  readonly tries: number;
  readonly pause: () => Promise<void>;
}

/** Whether others can read now what was published. */
export async function isPublished(
  ssm: Pick<SSM, 'getParameter'>,
  deployment: Deployment,
  patience: Patience,
): Promise<boolean> {
  return eventually(patience, async () => {
    const published = await readDeployment(ssm, deployment.environment);
    return published !== undefined && isDeepStrictEqual(published, deployment);
  });
}

/** What a start right now would run. */
export interface AliasVerdict {
  readonly aliasArn: string;
  /** Number of the version it points to. */
  readonly version: string;
  /** Whether that version is the machine as it was deployed last. */
  readonly current: boolean;
}

/** @returns undefined where executions are started without an alias */
export async function aliasVerdict(
  sfn: Pick<SFN, 'describeStateMachine' | 'describeStateMachineAlias'>,
  { stateMachine }: Deployment,
  patience: Patience,
): Promise<AliasVerdict | undefined> {
  const { aliasArn, arn } = stateMachine;
  if (aliasArn === null) return undefined;
  let version = '';
  const current = await eventually(patience, async () => {
    const { routingConfiguration = [] } = await sfn.describeStateMachineAlias({ stateMachineAliasArn: aliasArn });
    const versionArn = routingConfiguration[0]?.stateMachineVersionArn ?? '';
    version = versionArn.split(':').at(-1) ?? '';
    const [live, newest] = await Promise.all([
      sfn.describeStateMachine({ stateMachineArn: versionArn }),
      sfn.describeStateMachine({ stateMachineArn: arn }),
    ]);
    return routingConfiguration.length === 1 && live.revisionId === newest.revisionId;
  });
  return { aliasArn, version, current };
}

async function eventually({ tries, pause }: Patience, holds: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    if (await holds()) return true;
    if (attempt >= tries) return false;
    await pause();
  }
}
