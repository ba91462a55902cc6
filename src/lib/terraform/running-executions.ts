import type { SFN } from '@aws-sdk/client-sfn';
import type { Clients } from '../aws/clients.js';
import type { Planned } from './environment-deployment.js';

/** How many executions run; `more` when counting ended early. */
export interface RunningCount {
  readonly running: number;
  readonly more: boolean;
}

const PAGE = 1_000;
const PAGES = 10;

/** Standard machines only: AWS keeps no list of Express executions. Ten calls at most. */
export async function countRunning(sfn: Pick<SFN, 'listExecutions'>, stateMachineArn: string): Promise<RunningCount> {
  let running = 0;
  let nextToken: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await sfn.listExecutions({
      stateMachineArn,
      statusFilter: 'RUNNING',
      maxResults: PAGE,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    running += answer.executions?.length ?? 0;
    nextToken = answer.nextToken;
    if (nextToken === undefined) return { running, more: false };
  }
  return { running, more: true };
}

/**
 * How many executions run while the machine changes under them.
 * @returns null where they cannot be counted (Express, no permission), undefined where the machine does not change
 */
export async function runningDuring(
  { plan }: Pick<Planned, 'plan'>,
  clients: Pick<Clients, 'sfn'>,
): Promise<RunningCount | null | undefined> {
  const { machine } = plan;
  if (machine?.arn === undefined) return undefined;
  try {
    return await countRunning(await clients.sfn(), machine.arn);
  } catch {
    return null;
  }
}
