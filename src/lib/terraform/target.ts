import { Failure } from '../cli/failure.js';
import type { Configuration } from '../environment/configuration.js';

/** The environment that is deployed, and how AWS is reached for it. */
export interface Target {
  readonly name: string;
  /** Only what was said for orders; variables and profiles of AWS are left to AWS's own rules. */
  readonly region?: string;
  readonly profile?: string;
  readonly endpointUrl?: string;
  /** The account that orders.config.json names for it. */
  readonly accountId?: string;
}

export interface TargetFlags {
  readonly env?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}

/** As infra/variables.tf has it; it is part of names on AWS, and of a folder here. */
const NAME = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/u;

/**
 * Unlike other commands, deploy and destroy may name an environment nobody has published anything about yet.
 * @throws Failure (usage) for `local` and for names that AWS would not take
 */
export function deployTarget(
  flags: TargetFlags,
  env: Readonly<Record<string, string | undefined>>,
  configuration: Configuration,
): Target {
  const name = flags.env ?? (env['ORDERS_ENV'] || undefined) ?? configuration.environment ?? 'local';
  if (name === 'local') {
    throw new Failure('usage', 'the local environment is built in: there is nothing to deploy or destroy', {
      suggestions: [
        'name an environment on AWS with --env, e.g. --env dev',
        'orders local reset empties the local one',
      ],
    });
  }
  if (!NAME.test(name)) {
    throw new Failure('usage', `environment ${name} cannot be deployed: a name is 2 to 20 of a-z, 0-9 and -`, {
      suggestions: ['it begins with a letter and does not end with -'],
    });
  }
  const entry = configuration.environments[name];
  const [region, profile, endpointUrl] = [
    flags.region ?? entry?.region,
    flags.profile ?? entry?.profile,
    flags['endpoint-url'] ?? entry?.endpointUrl,
  ];
  return {
    name,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(entry?.accountId === undefined ? {} : { accountId: entry.accountId }),
  };
}

/** What the AWS provider has to find in its environment to reach the same place as our own clients. */
export function providerEnvironment(
  { region, profile, endpointUrl }: Target,
  env: Readonly<Record<string, string | undefined>>,
  isLoopback: (url: string) => boolean,
): Record<string, string | undefined> {
  const own = profile !== undefined || Boolean(env['AWS_PROFILE']) || Boolean(env['AWS_ACCESS_KEY_ID']);
  const endpoint = endpointUrl ?? env['AWS_ENDPOINT_URL'];
  return {
    ...(region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: undefined }),
    // The provider prefers keys to a profile, our clients a profile that is named on purpose.
    ...(profile === undefined
      ? {}
      : {
          AWS_PROFILE: profile,
          AWS_ACCESS_KEY_ID: undefined,
          AWS_SECRET_ACCESS_KEY: undefined,
          AWS_SESSION_TOKEN: undefined,
        }),
    ...(endpointUrl === undefined ? {} : { AWS_ENDPOINT_URL: endpointUrl }),
    // As our clients do: an emulator on this machine asks for some key, and does not look at it.
    ...(endpoint !== undefined && isLoopback(endpoint) && !own
      ? { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' }
      : {}),
  };
}
