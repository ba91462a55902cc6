import { Failure } from '../cli/failure.js';

/** A fault to put into the local environment: the task's next `times` calls fail with `error`. */
export interface Injection {
  readonly stateName: string;
  readonly error: string;
  readonly times: number;
}

const SHAPE = /^(?<stateName>.+?):(?<error>[^:*][^*]*?)(?:\*(?<times>[0-9]{1,4}))?$/;

/**
 * "ChargePayment:Lambda.ServiceException*2". Without "*N" it is one time.
 *
 * @throws Failure (usage) when the text has another form, or names none of `stateNames` (if they are known).
 */
export function parseInjection(text: string, stateNames?: readonly string[]): Injection {
  const groups = SHAPE.exec(text)?.groups;
  const times = Number(groups?.times ?? 1);
  if (groups?.stateName === undefined || groups.error === undefined || times < 1) {
    throw new Failure('usage', `the fault ${JSON.stringify(text)} does not have the form STATE:ERROR*N`, {
      suggestions: ['for example --inject "CheckInventory:Lambda.ServiceException*2"'],
    });
  }
  const { stateName, error } = groups;
  if (stateNames !== undefined && !stateNames.includes(stateName)) {
    throw new Failure('usage', `the workflow has no task state ${JSON.stringify(stateName)}`, {
      suggestions: [`its task states are ${stateNames.join(', ')}`],
    });
  }
  return { stateName, error, times };
}
