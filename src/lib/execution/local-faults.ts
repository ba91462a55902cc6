import { Failure } from '../cli/failure.js';
import { machineOf, type Environment } from '../environment/environment.js';
import { parseInjection, type Injection } from './injection.js';
import { taskStates } from './task-states.js';

/** What the local environment can do and AWS cannot. */
export interface LocalWishes {
  /** "STATE:ERROR*N" */
  readonly inject: readonly string[];
  readonly fastForward: boolean;
}

/** Hands the wishes to the local environment, for the execution of this name that is about to be started or redriven. */
export type PrepareLocal = (name: string) => void;

/**
 * Checks everything before anything is done.
 *
 * @throws Failure (usage) away from the local environment, for a malformed fault, for a state that the workflow does not have
 */
export async function localPreparation(environment: Environment, wishes: LocalWishes): Promise<PrepareLocal> {
  const { local } = environment;
  if (wishes.inject.length === 0 && !wishes.fastForward) return () => {};
  if (local === undefined) {
    const flag = wishes.inject.length > 0 ? '--inject' : '--fast-forward';
    throw new Failure('usage', `${flag} works in the local environment only, not in ${environment.name}`);
  }
  const injections = wishes.inject.length === 0 ? [] : await parsedInjections(environment, wishes.inject);
  return (name) => local.prepare(name, { injections, fastForward: wishes.fastForward });
}

async function parsedInjections(environment: Environment, texts: readonly string[]): Promise<Injection[]> {
  const sfn = await environment.clients.sfn();
  const { definition } = await sfn.describeStateMachine({ stateMachineArn: machineOf(environment) });
  const states = taskStates(definition ?? '{}');
  return texts.map((text) => parseInjection(text, states));
}
