import { Interpreter } from './interpreter.js';
import { restore, resume } from './restore.js';
import type {
  ExecutionSetup,
  ExecutionStatus,
  HistoryRecord,
  RunningExecution,
  Signal,
  Sources,
  Step,
} from './protocol.js';

/** One execution of a state machine: the engine's surface (see protocol.ts). */
export class Execution implements RunningExecution {
  private constructor(private readonly interpreter: Interpreter) {}

  /** A new execution and its first step. */
  static start(setup: ExecutionSetup, sources: Sources): { execution: Execution; step: Step } {
    const interpreter = new Interpreter(setup, sources);
    return { execution: new Execution(interpreter), step: interpreter.start() };
  }

  /**
   * The execution that left these records, read once and one by one.
   * The step has no records; its effects are the ones that are still open: calls with whether they had started, timers with
   * the time they were first asked for.
   * @param records all of the history, or as much of it as whole steps made
   */
  static restore(
    setup: ExecutionSetup,
    records: Iterable<HistoryRecord>,
    sources: Sources,
  ): { execution: Execution; step: Step } {
    const interpreter = new Interpreter(setup, sources);
    restore(interpreter, records);
    resume(interpreter);
    return { execution: new Execution(interpreter), step: interpreter.takeStep() };
  }

  get status(): ExecutionStatus {
    return this.interpreter.status;
  }

  get redriveCount(): number {
    return this.interpreter.redriveCount;
  }

  get lastEventId(): number {
    return this.interpreter.recorder.lastId;
  }

  handle(signal: Signal): Step {
    return this.interpreter.handle(signal);
  }
}
