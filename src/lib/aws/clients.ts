import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { SFN, SFNClientConfig } from '@aws-sdk/client-sfn';
import { endpointFor, isLoopback, LOCAL_CREDENTIALS } from './endpoint.js';

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

export interface ClientSet {
  sfn(): Promise<SFN>;
  logs(): Promise<CloudWatchLogs>;
  close(): void;
}

/** The only place where clients are made. Each is made at its first use; `close` lets go of their sockets. */
export function createClients(settings: ClientSettings): ClientSet {
  let sfn: SFN | undefined;
  let logs: CloudWatchLogs | undefined;
  return {
    async sfn() {
      const { SFN } = await import('./sfn-client.js');
      return (sfn ??= new SFN(clientConfig(settings, 'SFN')));
    },
    async logs() {
      const { CloudWatchLogs } = await import('./logs-client.js');
      return (logs ??= new CloudWatchLogs(clientConfig(settings, 'CLOUDWATCH_LOGS')));
    },
    close() {
      sfn?.destroy();
      logs?.destroy();
    },
  };
}

const CONNECTION_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;

function clientConfig(settings: ClientSettings, service: 'SFN' | 'CLOUDWATCH_LOGS'): SFNClientConfig {
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
