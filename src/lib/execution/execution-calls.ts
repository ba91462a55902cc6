import type { DescribeStateMachineForExecutionOutput, SFN } from '@aws-sdk/client-sfn';
import { parseExecutionArn } from '../aws/arn.js';
import { Failure } from '../cli/failure.js';
import type { Environment } from '../environment/environment.js';
import type { Completeness } from '../logs/completeness.js';
import type { ExpressLog } from '../logs/express-log.js';
import { pauseFor } from './pause.js';

/**
 * The client of Step Functions, and where it has no answer, the log: what the service refuses to say of an Express
 * execution (describe, history) is rebuilt from its log lines, and what cannot be done with one is refused clearly.
 */
export type ExecutionCalls = SFN & { readonly expressLog: ExpressLog };

const made = new WeakMap<Environment, Promise<ExecutionCalls>>();

/** One for an environment, so that a description and the history read after it tell of the same moment. */
export function executionCalls(environment: Environment): Promise<ExecutionCalls> {
  let calls = made.get(environment);
  if (calls === undefined) made.set(environment, (calls = make(environment)));
  return calls;
}

async function make(environment: Environment): Promise<ExecutionCalls> {
  const [sfn, { ExpressLog }, { describeExpected, describeLogged }, { machineLogOf }] = await Promise.all([
    environment.clients.sfn(),
    import('../logs/express-log.js'),
    import('../logs/logged-execution.js'),
    import('../logs/machine-log.js'),
  ]);
  const asked = new Map<string, Promise<ReturnType<typeof machineLogOf>>>();
  const machineLog = (stateMachineArn: string): Promise<ReturnType<typeof machineLogOf>> => {
    let answer = asked.get(stateMachineArn);
    if (answer === undefined)
      asked.set(stateMachineArn, (answer = sfn.describeStateMachine({ stateMachineArn }).then(machineLogOf)));
    return answer;
  };
  // One at a time: the verdict on a redrive and the function of a state ask for the same in one command.
  let definition: { of: string; answer: Promise<DescribeStateMachineForExecutionOutput> } | undefined;
  const expressLog = new ExpressLog(() => environment.clients.logs(), machineLog, { now: Date.now, pause: pauseFor });

  const overrides = {
    expressLog,
    async startExecution(input: Parameters<SFN['startExecution']>[0]) {
      const answer = await sfn.startExecution(input);
      // Only this answer knows the ARN, and nothing is logged for some seconds.
      if (answer.executionArn !== undefined && isExpress(answer.executionArn))
        expressLog.expect(answer.executionArn, answer.startDate?.getTime() ?? Date.now());
      return answer;
    },
    async describeExecution(input: { executionArn: string }) {
      if (!isExpress(input.executionArn)) return sfn.describeExecution(input);
      const since = await expressLog.expectedSince(input.executionArn);
      const logged = await expressLog.read(input.executionArn, since !== undefined);
      if (logged === undefined && since !== undefined) return describeExpected(input.executionArn, since);
      if (logged === undefined) throw missing(input.executionArn);
      return describeLogged(logged);
    },
    /** Keeps the latest answer: an execution's definition never changes, and AWS refills one of these calls a second. */
    async describeStateMachineForExecution(input: { executionArn: string }) {
      const kept = definition?.of === input.executionArn ? definition : undefined;
      definition = kept ?? { of: input.executionArn, answer: sfn.describeStateMachineForExecution(input) };
      return definition.answer;
    },
    async getExecutionHistory(input: Parameters<SFN['getExecutionHistory']>[0]) {
      const { executionArn = '' } = input;
      if (!isExpress(executionArn)) return sfn.getExecutionHistory(input);
      const since = await expressLog.expectedSince(executionArn);
      const logged = await expressLog.snapshot(executionArn, since !== undefined);
      if (logged === undefined && since !== undefined) return { events: [] };
      if (logged === undefined) throw missing(executionArn);
      return { events: input.reverseOrder === true ? logged.events.toReversed() : [...logged.events] };
    },
    async stopExecution(input: Parameters<SFN['stopExecution']>[0]) {
      if (!isExpress(input.executionArn)) return sfn.stopExecution(input);
      throw new Failure('usage', `an Express execution cannot be stopped: ${input.executionArn ?? ''}`, {
        suggestions: ['it ends by itself, after five minutes at the latest'],
      });
    },
    async redriveExecution(input: Parameters<SFN['redriveExecution']>[0]) {
      if (!isExpress(input.executionArn)) return sfn.redriveExecution(input);
      throw new Failure('notRedrivable', `an Express execution cannot be redriven: ${input.executionArn ?? ''}`, {
        suggestions: ['start the order again: its steps find what was done before and go on from there'],
      });
    },
  };
  // Whatever is not named here is the client's own.
  return Object.assign(Object.create(sfn) as object, overrides) as unknown as ExecutionCalls;
}

/** How much of an Express execution its log tells; `undefined` for any other. */
export async function expressCompleteness(
  calls: ExecutionCalls,
  executionArn: string,
): Promise<Completeness | undefined> {
  return isExpress(executionArn) ? (await calls.expressLog.snapshot(executionArn, true))?.completeness : undefined;
}

function isExpress(arn: string | undefined): boolean {
  return arn !== undefined && parseExecutionArn(arn)?.type === 'express';
}

/** As the service would say it of a Standard execution. */
function missing(executionArn: string): Error {
  const error = new Error(`Execution Does Not Exist: '${executionArn}'`);
  error.name = 'ExecutionDoesNotExist';
  return error;
}
