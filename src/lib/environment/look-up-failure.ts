import { sdkFailure } from '../aws/to-failure.js';
import { Failure } from '../cli/failure.js';
import { nearest } from '../cli/nearest.js';
import { deploymentParameter } from './deployment.js';
import type { Remembered } from './deployment-cache.js';

/** The environment that was looked for. */
export interface LookUpSubject {
  readonly name: string;
  /** Whether orders.config.json has an entry of that name: then it is hardly misspelt. */
  readonly configured: boolean;
  /** Names that are known. */
  readonly names: readonly string[];
}

/** AWS could not be asked: why, and what the name may have meant instead. */
export function lookUpFailure(error: unknown, subject: LookUpSubject): unknown {
  const failure = error instanceof Failure ? error : sdkFailure(error);
  if (failure === undefined) return error;
  const { name, configured } = subject;
  // What was found speaks of the environment itself.
  if (failure.message.includes(name)) return failure;
  const message = configured
    ? `environment ${name} cannot be looked up on AWS: ${failure.message}`
    : `nothing is known about environment ${name}, and it cannot be looked up on AWS: ${failure.message}`;
  return new Failure(failure.exit, message, {
    suggestions: [
      ...(configured ? [] : meant(subject)),
      ...failure.suggestions,
      ...(configured ? [] : ['or name its state machine with --state-machine-arn or ORDER_STATE_MACHINE_ARN']),
    ],
    cause: failure,
  });
}

/** @param elsewhere where it was seen under the same name */
export function notPublished(
  subject: LookUpSubject,
  region: string,
  accountId: string | undefined,
  elsewhere: readonly Remembered[],
): Failure {
  const { name } = subject;
  const account = accountId === undefined ? '' : `account ${accountId}, `;
  const seen = elsewhere.filter((one) => one.region !== region || one.accountId !== accountId);
  return new Failure('notFound', `there is no environment ${name} in ${account}region ${region}`, {
    suggestions: [
      ...seen.slice(0, 3).map((one) => `it was last seen in account ${one.accountId}, region ${one.region}`),
      ...meant(subject),
      `it would be published as the parameter ${deploymentParameter(name)}, by orders deploy --env ${name}`,
      'choose account and region with --profile and --region, or name its state machine with --state-machine-arn',
    ],
  });
}

function meant({ name, names }: LookUpSubject): string[] {
  const others = names.filter((other) => other !== name);
  const close = nearest(name, others);
  return close === undefined ? [`known here: ${others.join(', ')}`] : [`did you mean --env ${close}?`];
}

/** The document that was remembered is out of date. Nothing is sent elsewhere behind the user's back. */
export function movedMachine(environment: string, gone: string, successor: string, cause: Error): Failure {
  return new Failure(
    'notFound',
    `the state machine ${gone} is gone, environment ${environment} runs ${successor} now`,
    {
      suggestions: ['run the same command again'],
      cause,
    },
  );
}
