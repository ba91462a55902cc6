import { parseMachineArn } from '../aws/arn.js';
import { createClients, type Clients } from '../aws/clients.js';
import { openAwsEnvironment } from './aws-environment.js';
import { readConfiguration } from './configuration.js';
import { dataFolder } from './data-folder.js';
import { readDeployment, type Deployment } from './deployment.js';
import type { Environment } from './environment.js';
import { inProcessFetch } from './in-process-fetch.js';
import { InProcessHandler } from './in-process-handler.js';
import { packageRoot } from './package-root.js';
import { resolveEnvironment, type EnvironmentFlags } from './resolve.js';
import { inSamePlace } from './same-place.js';

/**
 * Opens what the flags, the process's environment and orders.config.json name. A name without a machine's ARN is looked
 * up on AWS (see openAwsEnvironment); nothing else is asked over a network yet.
 */
export async function openEnvironment(
  flags: EnvironmentFlags,
  env: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
  { mayBeUnpublished = false }: { readonly mayBeUnpublished?: boolean } = {},
): Promise<Environment> {
  const configuration = readConfiguration(folder);
  const resolution = resolveEnvironment(flags, env, configuration);
  if (resolution.kind === 'local') return openLocalEnvironment(flags, env);
  const configuredNames = Object.keys(configuration.environments);
  return openAwsEnvironment(resolution, env, { configuredNames, mayBeUnpublished, here: inSamePlace(flags) });
}

async function openLocalEnvironment(flags: EnvironmentFlags, env: NodeJS.ProcessEnv): Promise<Environment> {
  const { openLocal } = await import('../local/index.js');
  const local = openLocal({ folder: dataFolder(env), packageRoot: packageRoot(), env });
  const machine = parseMachineArn(local.stateMachineArn);
  const region = machine?.region ?? 'us-east-1';
  const clients = createClients({
    region,
    requestHandler: new InProcessHandler((request) => local.handle(request)),
    env,
  });
  return {
    name: 'local',
    kind: 'local',
    region,
    accountId: machine?.accountId,
    stateMachineArn: local.stateMachineArn,
    startArn: local.stateMachineArn,
    clients,
    limits: clients.limits,
    deployment: publishedBy(clients, 'local'),
    here: inSamePlace(flags),
    local,
    stripe: { apiBase: 'http://127.0.0.1/stripe', fetch: inProcessFetch((request) => local.handle(request)) },
    async close() {
      clients.close();
      await local.close();
    },
  };
}

/** Asks once, and only when somebody wants to know. */
function publishedBy(clients: Clients, name: string): () => Promise<Deployment | undefined> {
  let asked: Promise<Deployment | undefined> | undefined;
  return () => (asked ??= clients.ssm().then((ssm) => readDeployment(ssm, name)));
}
