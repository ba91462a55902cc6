import type { Clients } from '../aws/clients.js';
import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from '../cli/failure.js';
import { deploymentParameter, readDeployment, type Deployment } from '../environment/deployment.js';
import { examine, missing, ok, skipped, warning, type CheckResult, type Explain } from './check.js';

export const explain: Explain = (error) => (error instanceof Failure ? error : sdkFailure(error));

/** Names of the checks that need a deployment, in their order. */
export const DEPLOYMENT_CHECKS = ['state machine', 'executions', 'logs', 'alias', 'functions', 'tables', 'secret'];

/** Who the credentials belong to. @param expected the account that the environment is known to be in */
export async function credentialsCheck(clients: Clients, expected: string | undefined): Promise<CheckResult> {
  const check = async (): Promise<CheckResult> => {
    const { Account: account = 'unknown', Arn: arn = 'unknown' } = await (await clients.sts()).getCallerIdentity({});
    if (expected === undefined || account === expected) return ok('credentials', `${arn}, account ${account}`);
    return missing(
      'credentials',
      `account ${account}, the environment is in ${expected}`,
      'choose credentials of that account with --profile or AWS_PROFILE',
    );
  };
  return examine('credentials', check, explain, 'log in (aws sso login), or choose a profile with --profile');
}

export interface DocumentFound {
  readonly result: CheckResult;
  readonly deployment?: Deployment;
}

/** Reads what the environment publishes, past every cache. */
export async function documentCheck(clients: Clients, environment: string): Promise<DocumentFound> {
  const name = 'published document';
  let deployment: Deployment | undefined;
  const check = async (): Promise<CheckResult> => {
    deployment = await readDeployment(await clients.ssm(), environment);
    const parameter = deploymentParameter(environment);
    return deployment === undefined
      ? missing(
          name,
          `there is no parameter ${parameter}`,
          `orders deploy --env ${environment} publishes it; or check --region`,
        )
      : ok(name, parameter);
  };
  const result = await examine(name, check, explain, `allow ssm:GetParameter on ${deploymentParameter(environment)}`);
  return deployment === undefined ? { result } : { result, deployment };
}

/** What the other commands rely on, one cheap read of each. */
export async function deploymentChecks(clients: Clients, deployment: Deployment): Promise<CheckResult[]> {
  const { stateMachine } = deployment;
  const checks: readonly (readonly [() => Promise<CheckResult>, string])[] = [
    [() => machineCheck(clients, deployment), 'allow states:DescribeStateMachine'],
    [() => executionsCheck(clients, deployment), 'allow states:ListExecutions'],
    [() => logCheck(clients, deployment), 'allow logs:DescribeLogGroups and logs:FilterLogEvents'],
    [() => aliasCheck(clients, deployment), 'allow states:DescribeStateMachineAlias'],
    [() => functionsCheck(clients, deployment), 'allow lambda:GetAlias'],
    [() => tablesCheck(clients, deployment), 'allow dynamodb:DescribeTable'],
    [() => secretCheck(clients, deployment), 'allow secretsmanager:DescribeSecret'],
  ];
  const results: CheckResult[] = [];
  for (const [index, [check, advice]] of checks.entries()) {
    results.push(await examine(DEPLOYMENT_CHECKS[index] ?? stateMachine.name, check, explain, advice));
  }
  return results;
}

const AGAIN = 'orders deploy sets it right';

async function machineCheck(clients: Clients, { stateMachine }: Deployment): Promise<CheckResult> {
  const machine = await (await clients.sfn()).describeStateMachine({ stateMachineArn: stateMachine.arn });
  if (machine.status !== undefined && machine.status !== 'ACTIVE') {
    return missing('state machine', `${stateMachine.name} is ${machine.status}`, AGAIN);
  }
  const { type = stateMachine.type, loggingConfiguration: logging } = machine;
  const detail = `${stateMachine.name}, ${type}, log level ${logging?.level ?? 'OFF'}`;
  if (logging?.level === 'ALL') return ok('state machine', detail);
  // An Express execution leaves no other trace.
  return type === 'EXPRESS'
    ? missing(
        'state machine',
        detail,
        'status, history and logs of Express executions need level ALL: orders deploy --var log_level=ALL',
      )
    : warning(
        'state machine',
        detail,
        'orders logs shows no state changes below level ALL: orders deploy --var log_level=ALL',
      );
}

async function executionsCheck(clients: Clients, { stateMachine }: Deployment): Promise<CheckResult> {
  if (stateMachine.type === 'EXPRESS') return skipped('executions', 'AWS keeps no list of Express executions');
  await (await clients.sfn()).listExecutions({ stateMachineArn: stateMachine.arn, maxResults: 1 });
  return ok('executions', 'can be listed');
}

async function logCheck(clients: Clients, { stateMachine, functions }: Deployment): Promise<CheckResult> {
  const logs = await clients.logs();
  const groups = [stateMachine.logGroup, ...Object.values(functions).map(({ logGroup }) => logGroup)];
  const absent: string[] = [];
  for (const group of groups) {
    const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: group, limit: 50 });
    if (!logGroups.some(({ logGroupName }) => logGroupName === group)) absent.push(group);
  }
  if (absent.length > 0) return missing('logs', `no log group ${absent.join(', ')}`, AGAIN);
  await logs.filterLogEvents({ logGroupName: stateMachine.logGroup, limit: 1 });
  return ok('logs', `all ${groups.length} groups are there, the machine's can be read`);
}

async function aliasCheck(clients: Clients, { stateMachine }: Deployment): Promise<CheckResult> {
  const { aliasArn, arn } = stateMachine;
  if (aliasArn === null) return skipped('alias', 'executions are started by the machine itself');
  const sfn = await clients.sfn();
  const { routingConfiguration = [] } = await sfn.describeStateMachineAlias({ stateMachineAliasArn: aliasArn });
  const versionArn = routingConfiguration[0]?.stateMachineVersionArn ?? '';
  const detail = `${aliasArn.split(':').at(-1) ?? ''} points to version ${versionArn.split(':').at(-1) ?? ''}`;
  if (routingConfiguration.length > 1)
    return warning('alias', `${detail} and another`, `${AGAIN}: starts run two versions`);
  const [live, newest] = [
    await sfn.describeStateMachine({ stateMachineArn: versionArn }),
    await sfn.describeStateMachine({ stateMachineArn: arn }),
  ];
  return live.revisionId === newest.revisionId
    ? ok('alias', detail)
    : warning('alias', `${detail}, which is not the newest definition`, AGAIN);
}

async function functionsCheck(clients: Clients, { functions }: Deployment): Promise<CheckResult> {
  const lambda = await clients.lambda();
  const absent: string[] = [];
  for (const { name, alias } of Object.values(functions)) {
    await lambda.getAlias({ FunctionName: name, Name: alias }).catch((error: unknown) => {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      absent.push(`${name}:${alias}`);
    });
  }
  if (absent.length > 0) return missing('functions', `no alias ${absent.join(', ')}`, AGAIN);
  return ok('functions', `all ${Object.keys(functions).length} with their aliases`);
}

async function tablesCheck(clients: Clients, { tables }: Deployment): Promise<CheckResult> {
  const dynamodb = await clients.dynamodb();
  const faults: string[] = [];
  for (const name of Object.values(tables)) {
    try {
      const status = (await dynamodb.describeTable({ TableName: name })).Table?.TableStatus;
      if (status !== 'ACTIVE' && status !== 'UPDATING') faults.push(`${name} is ${String(status)}`);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      faults.push(`${name} does not exist`);
    }
  }
  if (faults.length > 0) return missing('tables', faults.join(', '), AGAIN);
  return ok('tables', `all ${Object.keys(tables).length} can be used`);
}

async function secretCheck(clients: Clients, { stripeSecretArn }: Deployment): Promise<CheckResult> {
  const secret = await (await clients.secrets()).describeSecret({ SecretId: stripeSecretArn });
  if (secret.DeletedDate !== undefined) {
    return missing('secret', `${stripeSecretArn} is about to be deleted`, 'restore it, or payments fail');
  }
  return ok('secret', `${secret.Name ?? stripeSecretArn} is there`);
}
