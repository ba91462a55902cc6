import type { ActualAnswer } from './compare.js';
import type { RecordedRun, Scenario } from './recording.js';

/** A way to run a recorded execution: the engine alone, or an endpoint on the wire. */
export interface Transport {
  readonly name: string;
  /** Answers what GetExecutionHistory or StartSyncExecution would. */
  run(scenario: Scenario, run: RecordedRun): Promise<ActualAnswer>;
}
