import type { Clients } from '../aws/clients.js';
import type { RateLimits } from '../aws/rate-limiter.js';
import { Failure } from '../cli/failure.js';
import type { LocalEnvironment } from '../local/local-environment.js';
import type { Deployment } from './deployment.js';

export type { Clients } from '../aws/clients.js';
export type { RateLimits, Wait } from '../aws/rate-limiter.js';
export type { LocalEnvironment, LocalSnapshot, Row } from '../local/local-environment.js';

/** Where a command works: which account, which machine, and the clients that lead there. */
export interface Environment {
  /** As the user named it: `local`, `prod` ..., or the endpoint's URL where only that was given. */
  readonly name: string;
  /** `local`: embedded in this process. `aws`: anything reached over a network, a served local environment included. */
  readonly kind: 'local' | 'aws';
  readonly region: string;
  /** The account of the machine, where the machine is known. */
  readonly accountId: string | undefined;
  /**
   * The machine's own ARN, without version or alias: its executions are listed by it, and their ARNs follow from it. Unknown
   * when only an endpoint or an execution's ARN was given; `machineOf` insists.
   */
  readonly stateMachineArn: string | undefined;
  /** What executions are started by: the alias (or version) where there is one, else the machine; `startArnOf` insists. */
  readonly startArn: string | undefined;
  readonly clients: Clients;
  /** What AWS allows, for pace and for telling how long things take. All clients keep to it by themselves. */
  readonly limits: RateLimits;
  /**
   * What the environment has published about itself: its functions, tables, log groups. Asked for once; `undefined` where
   * nothing is published, as for a machine that is named by its ARN.
   */
  deployment(): Promise<Deployment | undefined>;
  /** Where the fake of Stripe answers in Stripe's place: inside this process, or at a served local environment. */
  readonly stripe?: { readonly apiBase: string; readonly fetch?: typeof globalThis.fetch };
  /** Only of kind `local`: driving, faults, the ledger. */
  readonly local?: LocalEnvironment;
  /**
   * A command line for somebody to run next, with the flags that named this environment behind it. Anything that does not
   * begin with `orders` comes back as it is.
   */
  readonly here: (commandLine: string) => string;
  /** Lets go of sockets, workers and the store. Safe to call twice. */
  close(): Promise<void>;
}

/** The machine's ARN. @throws Failure (usage) that says how to name one. */
export function machineOf(environment: Pick<Environment, 'name' | 'stateMachineArn'>): string {
  return known(environment.stateMachineArn, environment.name);
}

/** What to start executions by. @throws Failure (usage) that says how to name a machine. */
export function startArnOf(environment: Pick<Environment, 'name' | 'startArn'>): string {
  return known(environment.startArn, environment.name);
}

function known(arn: string | undefined, name: string): string {
  if (arn !== undefined) return arn;
  throw new Failure('usage', `it is not known which state machine environment ${name} runs`, {
    suggestions: ['name it with --state-machine-arn or ORDER_STATE_MACHINE_ARN'],
  });
}
