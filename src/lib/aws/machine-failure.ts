import { Failure } from '../cli/failure.js';

/**
 * What a user should see when Step Functions has no such state machine, or will not have it much longer.
 *
 * @param stateMachineArn default: the one in AWS's message, "State Machine Does Not Exist: 'arn:...'"
 * @returns undefined for any other error
 */
export function machineFailure(error: unknown, stateMachineArn?: string): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const named = stateMachineArn ?? /'(arn:[^']+)'/u.exec(error.message)?.[1];
  if (error.name === 'StateMachineDoesNotExist') {
    return new Failure('notFound', named === undefined ? error.message : `there is no state machine ${named}`, {
      suggestions: ['check --env, --region and --state-machine-arn: orders doctor shows where they lead'],
      cause: error,
    });
  }
  if (error.name !== 'StateMachineDeleting') return undefined;
  return new Failure('notFound', named === undefined ? error.message : `the state machine ${named} is being deleted`, {
    suggestions: [
      'nothing can be started on it any more: name another with --env or --state-machine-arn',
      'it is gone when its last execution has ended; orders deploy makes it again then',
    ],
    cause: error,
  });
}
