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
      readonly stateMachineArn?: string | undefined;
    };

const LOCAL_ACCOUNT = '000000000000';
const LOCAL_MACHINE = `arn:aws:states:us-east-1:${LOCAL_ACCOUNT}:stateMachine:order-processing`;

/**
 * Which environment is meant.
 *
 *     name      --env, ORDERS_ENV, "environment" of orders.config.json, local
 *     machine   --state-machine-arn, ORDER_STATE_MACHINE_ARN, the environment's entry
 *
 * An endpoint or a machine that is given while no environment is leads away from `local`: to that endpoint, to that
 * machine's account. A loopback endpoint is taken for `orders local serve`, so its machine is known.
 *
 * @throws Failure (usage) for a malformed ARN or URL, for contradictions, and for a name nothing is known about.
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
    if (machineArn === undefined) throw unknownEnvironment(named ?? '', configuration);
  }

  const served = endpointUrl !== undefined && isLoopback(endpointUrl);
  const stateMachineArn = machineArn ?? (served ? LOCAL_MACHINE : undefined);
  const asked = flags.region ?? entry?.region;
  if (asked !== undefined && machine !== undefined && machine.region !== asked) {
    throw new Failure(
      'usage',
      `region ${asked} is not that of the state machine, which is in ${machine.region}: ${machineArn ?? ''}`,
    );
  }
  return {
    kind: 'aws',
    name: named ?? endpointUrl ?? 'aws',
    region: asked ?? (stateMachineArn === undefined ? undefined : parseMachineArn(stateMachineArn)?.region),
    profile: flags.profile ?? entry?.profile,
    endpointUrl,
    stateMachineArn,
  };
}

function unknownEnvironment(name: string, configuration: Configuration): Failure {
  const known = ['local', ...Object.keys(configuration.environments)].join(', ');
  return new Failure('usage', `nothing is known about environment ${name}`, {
    suggestions: [
      'name its state machine with --state-machine-arn or ORDER_STATE_MACHINE_ARN',
      `or describe it under "environments" in orders.config.json (known: ${known})`,
    ],
  });
}

function checkedUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  if (URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol)) return url;
  throw new Failure('usage', `not an http or https URL: ${url}`, {
    suggestions: ['an endpoint looks like http://127.0.0.1:4599'],
  });
}
