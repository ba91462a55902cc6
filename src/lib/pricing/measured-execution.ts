import type { Execution } from '../execution/execution.js';
import { detailsOf, textOf, type EventSource, type HistoryEvent } from '../history/event.js';
import { readHistory } from '../history/history-reader.js';
import type { Visit } from '../history/visit.js';

/** What one execution used, counted from its events. */
export interface MeasuredExecution {
  /** States entered, retries, redrives and what they ran again. */
  readonly transitions: number;
  readonly redrives: number;
  /** Milliseconds at work: pauses before redrives are left out. */
  readonly duration: number;
  /** Calls of Lambda functions, retries included, and the milliseconds from asking to answer of those that ended. */
  readonly functionCalls: number;
  readonly functionMs: number;
  /** Executions that its tasks started. */
  readonly nested: number;
  readonly mapRunArns: readonly string[];
  readonly running: boolean;
}

/**
 * Standard is billed for every state entered and every retry (aws.amazon.com/step-functions/pricing); a retry schedules
 * again without entering again, and a redrive costs one and what it runs again.
 *
 * @param now epoch milliseconds: the end of what still runs
 */
export async function measureExecution(events: EventSource, now: number): Promise<MeasuredExecution> {
  const calls = new CallCounter();
  const history = await readHistory(calls.through(events));
  const again = history.visits.reduce((sum, visit) => sum + repeated(visit, calls.redrivenAt), 0);
  const redrives = history.runs.length - 1;
  return {
    transitions: history.visits.length + again + redrives,
    redrives,
    duration: history.runs.reduce((sum, run) => sum + Math.max(0, (run.end ?? now) - run.start), 0),
    functionCalls: calls.functionCalls,
    functionMs: calls.functionMs,
    nested: calls.nested,
    mapRunArns: history.visits.flatMap(({ mapRunArn }) => (mapRunArn === undefined ? [] : [mapRunArn])),
    running: history.status === 'RUNNING',
  };
}

/** Attempts beside the one that entering the state brought. @param redrivenAt ids of the events that began a redrive */
function repeated({ attempts, enteredEventId }: Visit, redrivenAt: readonly number[]): number {
  const enteredIn = redrivenAt.filter((id) => id < enteredEventId).length;
  return attempts.filter(({ number, run }) => number > 1 || run > enteredIn).length;
}

/** Looks at calls as they pass: what they were of does not stand in the visits. */
class CallCounter {
  functionCalls = 0;
  functionMs = 0;
  nested = 0;
  readonly redrivenAt: number[] = [];
  /** Calls under way by the event that leads to their next one -> when they were asked for. */
  private readonly open = new Map<number, number>();

  async *through(events: EventSource): AsyncGenerator<HistoryEvent> {
    for await (const event of events) {
      this.look(event);
      yield event;
    }
  }

  private look(event: HistoryEvent): void {
    const { type = '', id = 0, previousEventId = 0 } = event;
    if (type === 'ExecutionRedriven') this.redrivenAt.push(id);
    if (type === 'LambdaFunctionScheduled') return this.begin(event, id);
    if (type === 'TaskScheduled') {
      const resourceType = textOf(detailsOf(event), 'resourceType') ?? '';
      if (resourceType === 'lambda' || resourceType === 'aws-sdk:lambda') this.begin(event, id);
      if (resourceType === 'states' || resourceType === 'aws-sdk:sfn') this.nested += 1;
      return;
    }
    const since = this.open.get(previousEventId);
    if (since === undefined) return;
    this.open.delete(previousEventId);
    if (/Started$/u.test(type)) this.open.set(id, since);
    else if (/^(?:Task|LambdaFunction)(?:Succeeded|Failed|TimedOut)$/u.test(type)) {
      this.functionMs += Math.max(0, timeOf(event) - since);
    }
  }

  private begin(event: HistoryEvent, id: number): void {
    this.functionCalls += 1;
    this.open.set(id, timeOf(event));
  }
}

function timeOf({ timestamp }: HistoryEvent): number {
  return timestamp instanceof Date ? timestamp.getTime() : (timestamp ?? 0);
}

/** Bytes of the execution's input, where the service shows it. */
export function inputBytes(execution: Pick<Execution, 'input'>): number | undefined {
  return execution.input === undefined ? undefined : Buffer.byteLength(execution.input, 'utf8');
}
