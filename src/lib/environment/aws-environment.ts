import { parseMachineArn, withoutQualifier } from '../aws/arn.js';
import { createClients, type ClientSet, type FailedCall } from '../aws/clients.js';
import { endpointFor, isLoopback } from '../aws/endpoint.js';
import { sdkFailure } from '../aws/to-failure.js';
import { cacheFolder } from './cache-folder.js';
import { DeploymentCache } from './deployment-cache.js';
import type { Deployment } from './deployment-document.js';
import { readPublished, type Published } from './deployment.js';
import type { Environment } from './environment.js';
import { findDeployment, type FindWish, type Found } from './find-deployment.js';
import { lookUpFailure, movedMachine, notPublished } from './look-up-failure.js';
import type { Resolution } from './resolve.js';

type AwsResolution = Extract<Resolution, { kind: 'aws' }>;

export interface OpenOptions {
  /** Names in orders.config.json, for "did you mean". */
  readonly configuredNames: readonly string[];
  /** Whether the environment may be one that nobody has published yet: then its machine stays unknown. */
  readonly mayBeUnpublished: boolean;
  /** See Environment. */
  readonly here: Environment['here'];
}

const REGION_OF_SERVED = 'us-east-1';

/**
 * An environment that is reached over a network. Where its machine is not given, what it has published is looked up: in
 * the cache, else by one call of SSM. Otherwise nothing is asked yet.
 *
 * @throws Failure notFound: nothing is published · usage: no region, wrong region · denied: no credentials, wrong account
 */
export async function openAwsEnvironment(
  resolution: AwsResolution,
  env: NodeJS.ProcessEnv,
  options: OpenOptions,
): Promise<Environment> {
  const { name, profile, endpointUrl } = resolution;
  if (env === process.env) prepareForSdk(env, profile);
  const served = isLoopback(endpointFor('SSM', endpointUrl, env) ?? '');
  const defaulted = served && resolution.region === undefined && !namesRegion(resolution, env);
  let watch: MachineWatch | undefined;
  const clients = createClients({
    region: resolution.region ?? (defaulted ? REGION_OF_SERVED : undefined),
    profile,
    endpointUrl,
    env,
    onError: async (error, call) => watch?.(error, call),
  });
  try {
    const lookUp = new DeploymentLookUp(resolution, clients, env, served, defaulted, options);
    const found = resolution.stateMachineArn === undefined ? await lookUp.needed() : undefined;
    const region = found !== undefined && defaulted ? found.deployment.region : await lookUp.region();
    clients.limits.setRegion(region);
    if (found !== undefined) clients.limits.forMachine(found.deployment.stateMachine.type);
    if (found?.source === 'cache') watch = lookUp.watchMachine(found.deployment);
    const { stateMachineArn, startArn } = machineArns(resolution, found?.deployment);
    return {
      name,
      kind: 'aws',
      ...(endpointUrl !== undefined &&
        isLoopback(endpointUrl) && { stripe: { apiBase: new URL('/stripe', endpointUrl).href } }),
      region,
      accountId: stateMachineArn === undefined ? undefined : parseMachineArn(stateMachineArn)?.accountId,
      stateMachineArn,
      startArn,
      clients,
      limits: clients.limits,
      deployment: found === undefined ? lookUp.later(stateMachineArn) : async () => found.deployment,
      here: options.here,
      async close() {
        clients.close();
      },
    };
  } catch (error) {
    clients.close();
    throw error;
  }
}

/**
 * What the SDK reads by itself from the process: it takes endpoints of the shared configuration for AWS_PROFILE's
 * profile, whatever profile its client is given, and an empty variable for a value.
 */
function prepareForSdk(env: NodeJS.ProcessEnv, profile: string | undefined): void {
  for (const name of ['AWS_REGION', 'AWS_PROFILE']) if (env[name] === '') delete env[name];
  if (profile !== undefined) env['AWS_PROFILE'] = profile;
}

type MachineWatch = (error: Error, call: FailedCall) => Promise<Error | undefined>;

function namesRegion({ profile }: AwsResolution, env: NodeJS.ProcessEnv): boolean {
  return [profile, env['AWS_REGION'], env['AWS_DEFAULT_REGION'], env['AWS_PROFILE']].some(Boolean);
}

function machineArns(
  resolution: AwsResolution,
  deployment: Deployment | undefined,
): Pick<Environment, 'stateMachineArn' | 'startArn'> {
  const { arn, aliasArn } = deployment?.stateMachine ?? {};
  const given = resolution.stateMachineArn;
  return {
    stateMachineArn: given === undefined ? arn : withoutQualifier(given),
    startArn: given ?? aliasArn ?? arn,
  };
}

/** Looks up what one environment has published, at most once. */
class DeploymentLookUp {
  private asked: Promise<Found | undefined> | undefined;
  private readonly cache: DeploymentCache;

  constructor(
    private readonly resolution: AwsResolution,
    private readonly clients: ClientSet,
    private readonly env: NodeJS.ProcessEnv,
    private readonly served: boolean,
    private readonly defaulted: boolean,
    private readonly options: OpenOptions,
  ) {
    this.cache = deploymentCache(env);
  }

  /** Where nobody says it, the SDK's own rules decide: variables, then the profile in the shared configuration. */
  async region(): Promise<string> {
    return this.resolution.region ?? (this.defaulted ? REGION_OF_SERVED : this.clients.region());
  }

  /** For an environment that is only known by its name. @throws Failure */
  async needed(): Promise<Found | undefined> {
    const { published } = this.resolution;
    if (published === undefined) return undefined;
    const subject = { ...this.resolution, name: published, names: this.names() };
    const found = await this.find(published).catch((error: unknown) => {
      throw lookUpFailure(error, subject);
    });
    if (found !== undefined || this.options.mayBeUnpublished) return found;
    const elsewhere = this.cache.all().filter(({ environment }) => environment === published);
    throw notPublished(subject, await this.region(), await this.callerAccount(), elsewhere);
  }

  /**
   * For a machine that is named by its ARN: what was published about that very machine, if anything; who may not read it is
   * told nothing about it.
   */
  later(stateMachineArn: string | undefined): () => Promise<Deployment | undefined> {
    const { published } = this.resolution;
    return async () => {
      if (published === undefined) return undefined;
      const found = await this.find(published).catch((error: unknown) => {
        if (sdkFailure(error)?.exit === 'denied') return undefined;
        throw error;
      });
      const isAboutIt = stateMachineArn === undefined || found?.deployment.stateMachine.arn === stateMachineArn;
      return isAboutIt ? found?.deployment : undefined;
    };
  }

  /** A remembered document may name a machine that is gone: then it is read anew, and its successor is named. */
  watchMachine({ environment, stateMachine }: Deployment): MachineWatch {
    return async (error, { input }) => {
      if (!/^StateMachine(DoesNotExist|Deleting)$/u.test(error.name)) return undefined;
      const asked = 'stateMachineArn' in input ? withoutQualifier(String(input.stateMachineArn)) : undefined;
      if (asked !== stateMachine.arn) return undefined;
      this.cache.forget(environment, 'document');
      const now = await this.read(environment).catch(() => undefined);
      const successor = now?.deployment.stateMachine.arn;
      return successor === undefined || successor === stateMachine.arn
        ? undefined
        : movedMachine(environment, stateMachine.arn, successor, error);
    };
  }

  private find(environment: string): Promise<Found | undefined> {
    return (this.asked ??= this.look(environment));
  }

  private async look(environment: string): Promise<Found | undefined> {
    const { profile, endpointUrl, accountId } = this.resolution;
    const { env } = this;
    const wish: FindWish = {
      environment,
      region: await this.region(),
      profile: profile ?? env['AWS_PROFILE'],
      endpointUrl: endpointFor('SSM', endpointUrl, env),
      accountId,
      regionChosen: !this.defaulted,
    };
    return findDeployment(wish, {
      cache: this.served ? undefined : this.cache,
      identity: () => this.clients.identity(),
      read: () => this.read(environment),
      callerAccount: () => this.callerAccount(),
      now: Date.now,
    });
  }

  /** A served local environment publishes under its own name only. */
  private async read(environment: string): Promise<Published | undefined> {
    const ssm = await this.clients.ssm();
    const published = await readPublished(ssm, environment);
    return published === undefined && this.served && environment !== 'local' ? readPublished(ssm, 'local') : published;
  }

  private async callerAccount(): Promise<string | undefined> {
    try {
      return (await (await this.clients.sts()).getCallerIdentity({})).Account;
    } catch {
      return undefined;
    }
  }

  private names(): readonly string[] {
    return [...new Set(['local', ...this.options.configuredNames, ...this.cache.all().map((one) => one.environment)])];
  }
}

function deploymentCache(env: NodeJS.ProcessEnv): DeploymentCache {
  return new DeploymentCache(`${cacheFolder(env)}/environments`);
}

/**
 * After a deployment (`document`) or its end (`all`): the next command on this machine looks up anew what the environment
 * consists of.
 */
export function forgetDeployment(
  environment: string,
  what: 'document' | 'all',
  env: NodeJS.ProcessEnv = process.env,
): void {
  deploymentCache(env).forget(environment, what);
}
