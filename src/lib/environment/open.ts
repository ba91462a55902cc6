import { parseMachineArn } from '../aws/arn.js';
import { createClients, type Clients } from '../aws/clients.js';
import { isLoopback } from '../aws/endpoint.js';
import { readConfiguration } from './configuration.js';
import { dataFolder } from './data-folder.js';
import { readDeployment, type Deployment } from './deployment.js';
import type { Environment } from './environment.js';
import { InProcessHandler } from './in-process-handler.js';
import { packageRoot } from './package-root.js';
import { resolveEnvironment, type EnvironmentFlags, type Resolution } from './resolve.js';

/** Opens what the flags, the process's environment and orders.config.json name. Nothing is asked over a network yet. */
export async function openEnvironment(
  flags: EnvironmentFlags,
  env: NodeJS.ProcessEnv = process.env,
  folder: string = process.cwd(),
): Promise<Environment> {
  const resolution = resolveEnvironment(flags, env, readConfiguration(folder));
  return resolution.kind === 'local' ? openLocalEnvironment(env) : openAwsEnvironment(resolution, env);
}

async function openLocalEnvironment(env: NodeJS.ProcessEnv): Promise<Environment> {
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
    clients,
    deployment: publishedBy(clients, 'local'),
    local,
    async close() {
      clients.close();
      await local.close();
    },
  };
}

async function openAwsEnvironment(
  resolution: Extract<Resolution, { kind: 'aws' }>,
  env: NodeJS.ProcessEnv,
): Promise<Environment> {
  const { name, profile, endpointUrl, stateMachineArn } = resolution;
  const clients = createClients({ region: resolution.region, profile, endpointUrl, env });
  return {
    name,
    kind: 'aws',
    // Where nobody says it, the SDK's own rules decide: variables, then the profile in the shared configuration.
    region: resolution.region ?? (await (await clients.sfn()).config.region()),
    accountId: stateMachineArn === undefined ? undefined : parseMachineArn(stateMachineArn)?.accountId,
    stateMachineArn,
    clients,
    deployment: publishedBy(clients, isLoopback(endpointUrl ?? '') ? 'local' : name),
    async close() {
      clients.close();
    },
  };
}

/** Asks once, and only when somebody wants to know. */
function publishedBy(clients: Clients, name: string): () => Promise<Deployment | undefined> {
  let asked: Promise<Deployment | undefined> | undefined;
  return () => (asked ??= clients.ssm().then((ssm) => readDeployment(ssm, name)));
}
