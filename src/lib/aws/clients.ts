import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { SFN, SFNClientConfig } from '@aws-sdk/client-sfn';
import type { SSM } from '@aws-sdk/client-ssm';
import type { STS } from '@aws-sdk/client-sts';
import { endpointFor, isLoopback, LOCAL_CREDENTIALS, type EndpointService } from './endpoint.js';

/** Where clients point. */
export interface ClientSettings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** For all services, before the environment's variables. */
  readonly endpointUrl?: string | undefined;
  /** Answers in place of the network: the local environment in this process. */
  readonly requestHandler?: SFNClientConfig['requestHandler'];
  readonly env: Readonly<Record<string, string | undefined>>;
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
  secrets(): Promise<SecretsManager>;
  ssm(): Promise<SSM>;
  sts(): Promise<STS>;
}

export interface ClientSet extends Clients {
  close(): void;
}

/** The only place where clients are made. Each is made at its first use; `close` lets go of their sockets. */
export function createClients(settings: ClientSettings): ClientSet {
  const made: { destroy(): void }[] = [];
  /** One client of its kind, made when first asked for. */
  const client = <T extends { destroy(): void }>(make: () => Promise<T>): (() => Promise<T>) => {
    let kept: Promise<T> | undefined;
    return () =>
      (kept ??= make().then((client) => {
        made.push(client);
        return client;
      }));
  };
  const config = (service: EndpointService): ClientConfig => clientConfig(settings, service);
  return {
    sfn: client(async () => new (await import('./sfn-client.js')).SFN(config('SFN'))),
    logs: client(async () => new (await import('./logs-client.js')).CloudWatchLogs(config('CLOUDWATCH_LOGS'))),
    dynamodb: client(async () => new (await import('./dynamodb-client.js')).DynamoDB(config('DYNAMODB'))),
    lambda: client(async () => new (await import('./lambda-client.js')).Lambda(config('LAMBDA'))),
    secrets: client(async () => new (await import('./secrets-client.js')).SecretsManager(config('SECRETS_MANAGER'))),
    ssm: client(async () => new (await import('./ssm-client.js')).SSM(config('SSM'))),
    sts: client(async () => new (await import('./sts-client.js')).STS(config('STS'))),
    close() {
      for (const client of made) client.destroy();
    },
  };
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
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}

/** A loopback endpoint may be a tunnel or an emulator that checks: what was configured on purpose is used. */
function hasOwnCredentials({ env, profile }: ClientSettings): boolean {
  return profile !== undefined || Boolean(env['AWS_PROFILE']) || Boolean(env['AWS_ACCESS_KEY_ID']);
}
