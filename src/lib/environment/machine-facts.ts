import { parseMachineArn } from '../aws/arn.js';
import { machineOf, type Environment } from './environment.js';

/** What commands have to know of a machine before they ask about its executions. */
export interface MachineFacts {
  /** Without version or alias. */
  readonly arn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Name of the log group of its executions; absent where it logs nowhere. */
  readonly logGroup?: string;
}

const described = new WeakMap<Environment['clients'], Map<string, Promise<MachineFacts>>>();

/**
 * Type and log group, from what the environment has published, else from one DescribeStateMachine; asked for once.
 * @param machineArn another machine than the environment's, e.g. of an execution that was named by its ARN
 * @throws Failure (usage) when no machine is known; errors of DescribeStateMachine
 */
export async function machineFacts(
  environment: Environment,
  machineArn: string = machineOf(environment),
): Promise<MachineFacts> {
  const isOwn = machineArn === environment.stateMachineArn;
  const published = isOwn ? (await environment.deployment())?.stateMachine : undefined;
  const facts =
    published?.arn === machineArn
      ? { arn: machineArn, name: published.name, type: published.type, logGroup: published.logGroup }
      : await describe(environment, machineArn);
  if (isOwn) environment.limits.forMachine(facts.type);
  return facts;
}

function describe(environment: Environment, machineArn: string): Promise<MachineFacts> {
  const { clients } = environment;
  const known = described.get(clients) ?? new Map<string, Promise<MachineFacts>>();
  described.set(clients, known);
  const asked = known.get(machineArn) ?? ask(clients, machineArn);
  known.set(machineArn, asked);
  return asked;
}

async function ask(clients: Environment['clients'], machineArn: string): Promise<MachineFacts> {
  const answer = await (await clients.sfn()).describeStateMachine({ stateMachineArn: machineArn });
  const groupArn = answer.loggingConfiguration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  // arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*
  const logGroup = /:log-group:([^:]+)/u.exec(groupArn ?? '')?.[1];
  return {
    arn: machineArn,
    name: answer.name ?? parseMachineArn(machineArn)?.machine ?? machineArn,
    type: answer.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    ...(logGroup === undefined ? {} : { logGroup }),
  };
}
