import type { Clients } from '../aws/clients.js';
import type { Environment } from '../environment/environment.js';
import { credentialsCheck, deploymentChecks, DEPLOYMENT_CHECKS, documentCheck, explain } from './aws-checks.js';
import { examine, missing, ok, skipped, type CheckResult } from './check.js';
import { dataFolderCheck, localStoreCheck, nodeCheck, terraformCheck } from './machine-checks.js';

export interface ExaminationSettings {
  readonly env: NodeJS.ProcessEnv;
  readonly nodeVersion: string;
  readonly oldestNode: string;
  readonly dataFolder: string;
  readonly pid: number;
  /** The environment the flags name; may fail, which is a finding too. */
  readonly open: () => Promise<Environment>;
  /** The embedded one, for its store. */
  readonly openLocal: () => Promise<Environment>;
}

/** Of this machine: Node, the data folder, the local store, Terraform. */
export async function examineMachine(settings: ExaminationSettings): Promise<CheckResult[]> {
  const { dataFolder } = settings;
  const store = await examine(
    'local store',
    () =>
      localStoreCheck(dataFolder, async () => {
        const local = await settings.openLocal();
        try {
          await (await local.clients.sfn()).listStateMachines({ maxResults: 1 });
        } finally {
          await local.close();
        }
      }),
    explain,
    'orders local reset starts with an empty one',
  );
  return [
    nodeCheck(settings.nodeVersion, settings.oldestNode),
    dataFolderCheck(dataFolder, settings.pid),
    store,
    await terraformCheck(settings.env),
  ];
}

/** Of the environment: where it is, who we are there, and all that commands read. */
export async function examineEnvironment(settings: ExaminationSettings): Promise<CheckResult[]> {
  let environment: Environment | undefined;
  const opened = await examine(
    'environment',
    async () => {
      environment = await settings.open();
      return ok(
        'environment',
        environment.kind === 'local' ? 'local, built in' : `${environment.name} in ${environment.region}`,
      );
    },
    explain,
    'name the environment with --env, and its region with --region',
  );
  if (environment === undefined) return [opened, ...notLookedAt('the environment is not known')];
  try {
    if (environment.kind === 'local') return [opened, ...notLookedAt('the local environment is built in')];
    return [opened, ...(await examineAws(environment.name, environment.clients, environment))];
  } finally {
    await environment.close();
  }
}

async function examineAws(
  name: string,
  clients: Clients,
  { accountId, stateMachineArn }: Pick<Environment, 'accountId' | 'stateMachineArn'>,
): Promise<CheckResult[]> {
  const credentials = await credentialsCheck(clients, accountId);
  if (credentials.status === 'missing') return [credentials, ...notLookedAt('credentials are needed first', 1)];
  const { result, deployment } = await documentCheck(clients, name);
  if (deployment !== undefined) return [credentials, result, ...(await deploymentChecks(clients, deployment))];
  const rest = DEPLOYMENT_CHECKS.map((check) => skipped(check, 'nothing is published about it'));
  if (stateMachineArn === undefined) return [credentials, result, ...rest];
  const machine = await examine(
    'state machine',
    async () => {
      const { name: machineName, status } = await (await clients.sfn()).describeStateMachine({ stateMachineArn });
      return status === 'DELETING'
        ? missing('state machine', `${machineName ?? ''} is being deleted`, 'name another with --state-machine-arn')
        : ok('state machine', machineName ?? stateMachineArn);
    },
    explain,
    'allow states:DescribeStateMachine',
  );
  return [credentials, result, machine, ...rest.slice(1)];
}

function notLookedAt(why: string, from = 0): CheckResult[] {
  return ['credentials', 'published document', ...DEPLOYMENT_CHECKS].slice(from).map((name) => skipped(name, why));
}
