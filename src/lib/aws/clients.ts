import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { Pricing } from '@aws-sdk/client-pricing';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { SFN, SFNClientConfig } from '@aws-sdk/client-sfn';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';
import { credentialFailure } from './credential-failure.js';
import { endpointFor, isLoopback, LOCAL_CREDENTIALS, type EndpointService } from './endpoint.js';
import { changeErrors, limitCalls, type AnyClient } from './limit-calls.js';
import { pauseFor } from './pause.js';
import { NO_LIMITS, RateLimiter, type RateLimits } from './rate-limiter.js';

/** Where clients point. */
export interface ClientSettings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** For all services, before the environment's variables. */
  readonly endpointUrl?: string | undefined;
  /** Answers in place of the network: the local environment in this process. */
  readonly requestHandler?: SFNClientConfig['requestHandler'];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sees the errors of Step Functions; what it gives is thrown in their place. */
  readonly onError?: (error: Error, call: FailedCall) => Promise<Error | undefined>;
}

export interface FailedCall {
  /** `DescribeExecution` */
  readonly operation: string;
  readonly input: object;
}

/** What the clients have in common of their settings. */
type ClientConfig = Pick<
  SFNClientConfig,
  'region' | 'profile' | 'endpoint' | 'disableHostPrefix' | 'credentials' | 'requestHandler' | 'maxAttempts'
>;

/**
 * SDK clients, loaded and made at the first call and then kept. They are the aggregated kind (`SFN`), so that a caller
 * writes `(await clients.sfn()).describeExecution({ executionArn })` and need not import the SDK, which costs start-up
 * time.
 */
export interface Clients {
  sfn(): Promise<SFN>;
  logs(): Promise<CloudWatchLogs>;
  dynamodb(): Promise<DynamoDB>;
  lambda(): Promise<Lambda>;
  pricing(): Promise<Pricing>;
  secrets(): Promise<SecretsManager>;
  ssm(): Promise<SSM>;
  sts(): Promise<STS>;
}

export interface ClientSet extends Clients {
  /** They hold for all clients together. */
  readonly limits: RateLimits & { setRegion(region: string): void };
  /** By flag, variables or profile. @throws Failure usage: there is none · denied: an unknown profile */
  region(): Promise<string>;
  /** Whose keys requests are signed with. @throws Failure (denied) */
  identity(): Promise<Identity>;
  close(): void;
}

/** As far as it is known without asking AWS. */
export interface Identity {
  readonly accessKeyId: string;
  /** Known for SSO, assumed roles, and where a profile or a credential process says it. */
  readonly accountId?: string | undefined;
}

/** The only place where clients are made. Each is made at its first use; `close` lets go of their sockets. */
export function createClients(settings: ClientSettings): ClientSet {
  const made: { destroy(): void }[] = [];
  const limiter = settings.requestHandler === undefined ? networkLimiter(settings) : undefined;
  const explained = async (error: Error): Promise<Error | undefined> => credentialFailure(error, settings);
  /** Found once for all clients: a credential process or an SSO portal is not asked by each of them. */
  let credentials: SFNClientConfig['credentials'];
  /** One client of its kind, made when first asked for. */
  const client = <T extends AnyClient & Configured>(
    service: EndpointService,
    make: (config: ClientConfig) => Promise<T>,
  ): (() => Promise<T>) => {
    let kept: Promise<T> | undefined;
    const build = async (): Promise<T> => {
      const config = clientConfig(settings, service);
      const own = config.credentials === undefined;
      const client = await make(own && credentials !== undefined ? { ...config, credentials } : config);
      if (own) credentials ??= client.config.credentials;
      if (limiter !== undefined) {
        limitCalls(client, limiter);
        changeErrors(client, async (error, call) => {
          const other = service === 'SFN' ? await settings.onError?.(error, call) : undefined;
          return other ?? explained(error);
        });
      }
      made.push(client);
      return client;
    };
    return () => (kept ??= build());
  };
  const sfn = client('SFN', async (config) => new (await import('./sfn-client.js')).SFN(config));
  const asked = async <T>(find: (config: SFN['config']) => Promise<T>): Promise<T> => {
    try {
      return await find((await sfn()).config);
    } catch (error) {
      throw error instanceof Error ? ((await explained(error)) ?? error) : error;
    }
  };
  return {
    limits: limiter ?? { ...NO_LIMITS, setRegion() {} },
    region: async () => asked((config) => config.region()),
    identity: async () => asked((config) => config.credentials()),
    sfn,
    logs: client('CLOUDWATCH_LOGS', async (config) => new (await import('./logs-client.js')).CloudWatchLogs(config)),
    dynamodb: client('DYNAMODB', async (config) => new (await import('./dynamodb-client.js')).DynamoDB(config)),
    lambda: client('LAMBDA', async (config) => new (await import('./lambda-client.js')).Lambda(config)),
    pricing: client('PRICING', async (config) => new (await import('./pricing-client.js')).Pricing(pinned(config))),
    secrets: client(
      'SECRETS_MANAGER',
      async (config) => new (await import('./secrets-client.js')).SecretsManager(config),
    ),
    ssm: client('SSM', async (config) => new (await import('./ssm-client.js')).SSM(config)),
    sts: client('STS', async (config) => new (await import('./sts-client.js')).STS(config)),
    close() {
      for (const client of made) client.destroy();
    },
  };
}

interface Configured {
  readonly config: { readonly credentials: NonNullable<SFNClientConfig['credentials']> };
  destroy(): void;
}

const PATIENCE_MS = 60_000;
const TRIES = 3;

/** ORDERS_THROTTLE_PATIENCE is in seconds; AWS_MAX_ATTEMPTS counts tries where the service or the network breaks. */
function networkLimiter({ region, env }: ClientSettings): RateLimiter {
  const patience = Number.parseFloat(env['ORDERS_THROTTLE_PATIENCE'] ?? '');
  const tries = Number.parseInt(env['AWS_MAX_ATTEMPTS'] ?? '', 10);
  return new RateLimiter(
    { region, patience: patience >= 0 ? patience * 1_000 : PATIENCE_MS, tries: tries >= 1 ? tries : TRIES },
    { now: () => performance.now(), sleep: pauseFor, random: Math.random },
  );
}

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;

function clientConfig(settings: ClientSettings, service: EndpointService): ClientConfig {
  const { env, profile, requestHandler } = settings;
  const region = settings.region ?? (env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined);
  if (requestHandler !== undefined) {
    // The host is never looked up; it only has to be there to be signed.
    return {
      region: region ?? 'us-east-1',
      endpoint: 'http://127.0.0.1',
      disableHostPrefix: true,
      credentials: LOCAL_CREDENTIALS,
      requestHandler,
      maxAttempts: 1,
    };
  }
  const endpoint = endpointFor(service, settings.endpointUrl, env);
  const made = endpoint !== undefined && isLoopback(endpoint) && !hasOwnCredentials(settings);
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    // A custom endpoint serves every operation under one host: `sync-` and `streaming-` in front of it lead nowhere.
    ...(endpoint === undefined ? {} : { endpoint, disableHostPrefix: true }),
    ...(made ? { credentials: LOCAL_CREDENTIALS } : {}),
    // The limiter tries again; both together would multiply.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}

/** The Price List is served in a few regions only; which region's prices are wanted stands in the request. */
function pinned(config: ClientConfig): ClientConfig {
  return config.endpoint === undefined ? { ...config, region: 'us-east-1' } : { region: 'us-east-1', ...config };
}

/** A loopback endpoint may be a tunnel or an emulator that checks: what was configured on purpose is used. */
function hasOwnCredentials({ env, profile }: ClientSettings): boolean {
  return profile !== undefined || Boolean(env['AWS_PROFILE']) || Boolean(env['AWS_ACCESS_KEY_ID']);
}
