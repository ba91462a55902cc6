import { StateFailure } from '../state-failure.js';

/** No rule of a Choice holds and it has no Default. */
export function noChoiceMatched(): StateFailure {
  return new StateFailure({
    error: 'States.NoChoiceMatched',
    cause:
      'Failed to transition out of the state. The state does not have a matching Choice rule and Default is not defined.',
  });
}
