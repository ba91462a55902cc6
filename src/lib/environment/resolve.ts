import { parseMachineArn, requireMachineArn } from '../aws/arn.js';
import { isLoopback } from '../aws/endpoint.js';
import { Failure } from '../cli/failure.js';
import type { Configuration } from './configuration.js';

/** What the shared flags say. */
export interface EnvironmentFlags {
  readonly env?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly stateMachineArn?: string | undefined;
}

export type Resolution =
  | { readonly kind: 'local'; readonly name: 'local' }
  | {
      readonly kind: 'aws';
      readonly name: string;
      readonly region?: string | undefined;
      readonly profile?: string | undefined;
      readonly endpointUrl?: string | undefined;
      /** As it was given, a version or alias behind it included. */
      readonly stateMachineArn?: string | undefined;
      /** Under which name the environment has published what it consists of; absent where only a machine or URL is named. */
      readonly published?: string | undefined;
      /** Whether orders.config.json has an entry of that name. */
      readonly configured: boolean;
      /** The account that its entry insists on. */
      readonly accountId?: string | undefined;
    };

const LOCAL_ACCOUNT = '000000000000';
const LOCAL_MACHINE = `arn:aws:states:us-east-1:${LOCAL_ACCOUNT}:stateMachine:order-processing`;
/** It becomes a part of a parameter's name in SSM and of a file's name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/u;

/**
 * Which environment is meant.
 *
 *     name      --env, ORDERS_ENV, "environment" of orders.config.json, local
 *     machine   --state-machine-arn, ORDER_STATE_MACHINE_ARN, the environment's entry, else what it has published
 *
 * An endpoint or a machine that is given while no environment is leads away from `local`: to that endpoint, to that
 * machine's account. A loopback endpoint without a name is taken for `orders local serve`, so its machine is known.
 *
 * @throws Failure (usage) for a malformed name, ARN or URL, and for contradictions.
 */
export function resolveEnvironment(
  flags: EnvironmentFlags,
  env: Readonly<Record<string, string | undefined>>,
  configuration: Configuration,
): Resolution {
  const named = flags.env ?? (env['ORDERS_ENV'] || undefined) ?? configuration.environment;
  const entry = named === undefined ? undefined : configuration.environments[named];
  const machineArn = flags.stateMachineArn ?? (env['ORDER_STATE_MACHINE_ARN'] || undefined) ?? entry?.stateMachineArn;
  const endpointUrl = checkedUrl(flags.endpointUrl ?? entry?.endpointUrl);
  const machine = machineArn === undefined ? undefined : requireMachineArn(machineArn);
  if (named !== undefined && !NAME.test(named)) {
    throw new Failure('usage', `not a name of an environment: ${named}`, {
      suggestions: ['up to 63 letters, digits, dots, hyphens and underscores, e.g. prod'],
    });
  }

  if (endpointUrl === undefined && entry === undefined) {
    const isLocalMachine = machine === undefined || machine.accountId === LOCAL_ACCOUNT;
    if ((named === undefined || named === 'local') && isLocalMachine) {
      if (machineArn !== undefined && machineArn !== LOCAL_MACHINE) {
        throw new Failure('usage', `the local environment has no state machine ${machineArn}`, {
          suggestions: [`its machine is ${LOCAL_MACHINE}`],
        });
      }
      return { kind: 'local', name: 'local' };
    }
    if (named === 'local') {
      throw new Failure('usage', `environment local does not run ${machineArn ?? ''}`, {
        suggestions: ['leave --env away to work with a state machine on AWS'],
      });
    }
  }

  const served = endpointUrl !== undefined && isLoopback(endpointUrl);
  const isLocal = named === undefined || named === 'local';
  const stateMachineArn = machineArn ?? (served && isLocal ? LOCAL_MACHINE : undefined);
  const asked = flags.region ?? entry?.region;
  if (asked !== undefined && machine !== undefined && machine.region !== asked) {
    throw new Failure(
      'usage',
      `region ${asked} is not that of the state machine, which is in ${machine.region}: ${machineArn ?? ''}`,
    );
  }
  if (machine !== undefined && entry?.accountId !== undefined && machine.accountId !== entry.accountId) {
    throw new Failure(
      'usage',
      `environment ${named ?? ''} is in account ${entry.accountId} by orders.config.json, the state machine in ${machine.accountId}: ${machineArn ?? ''}`,
    );
  }
  return {
    kind: 'aws',
    name: named ?? endpointUrl ?? 'aws',
    region: asked ?? (stateMachineArn === undefined ? undefined : parseMachineArn(stateMachineArn)?.region),
    profile: flags.profile ?? entry?.profile,
    endpointUrl,
    stateMachineArn,
    published: isLocal ? (served ? 'local' : undefined) : named,
    configured: entry !== undefined,
    accountId: entry?.accountId,
  };
}

function checkedUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol)) return url;
  throw new Failure('usage', `not an http or https URL: ${url}`, {
    suggestions: ['an endpoint looks like http://127.0.0.1:4599'],
  });
}
