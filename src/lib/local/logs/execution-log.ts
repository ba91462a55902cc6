import type { HistoryEvent } from '../../engine/protocol.js';
import { logGroupOf, type LoggingConfiguration } from '../states/machine-configuration.js';
import type { LogStore } from './log-store.js';

const FATAL: readonly string[] = ['ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut'];
const ERROR = /(?:Failed|TimedOut|Aborted)$/;

export interface LoggedExecution {
  readonly executionArn: string;
  readonly machineName: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly redriveCount: number;
}

/**
 * Execution logging: each event a line in the machine's log group, in the shape and under the stream names AWS has them
 * (recorded; the shape is the same for both types of machine).
 */
export class ExecutionLog {
  constructor(
    private readonly logs: LogStore,
    /** Tells this writer's streams from those of other processes. */
    private readonly writerId: string,
    private readonly now: () => number,
  ) {}

  /** To be called inside the transaction that stores the events. */
  append(execution: LoggedExecution, logging: LoggingConfiguration, events: readonly HistoryEvent[]): void {
    const group = logGroupOf(logging);
    if (group === undefined) return;
    const logged = events.filter((event) => isLogged(event.type, logging.level));
    if (logged.length === 0) return;
    const lines = logged.map((event) => ({
      at: event.timestamp,
      message: logLine(event, execution, logging.includeExecutionData),
    }));
    this.logs.append(group, this.streamOf(execution), lines, this.now());
  }

  private streamOf({ machineName, type }: LoggedExecution): string {
    const [date = '', time = ''] = new Date(this.now()).toISOString().split('T');
    const [hour = '', minute = ''] = time.split(':');
    const at = type === 'EXPRESS' ? `${date}-${hour}-${minute}` : `${date}-${hour}`;
    return `states/${machineName}/${at}/${this.writerId}`;
  }
}

function isLogged(type: string, level: LoggingConfiguration['level']): boolean {
  if (level === 'ALL') return true;
  return level === 'FATAL' ? FATAL.includes(type) : level === 'ERROR' && ERROR.test(type);
}

/** One event as a line: all scalars are texts, the details stand without their member's name. */
function logLine(event: HistoryEvent, { executionArn, redriveCount }: LoggedExecution, includeData: boolean): string {
  const member = Object.keys(event).find((name): name is `${string}EventDetails` => name.endsWith('EventDetails'));
  const details = member === undefined ? {} : event[member];
  return JSON.stringify({
    id: String(event.id),
    type: event.type,
    details: textsOf(includeData ? details : withoutData(details)),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.timestamp),
    execution_arn: executionArn,
    redrive_count: String(redriveCount),
  });
}

function withoutData(details: Readonly<Record<string, unknown>> | undefined): Record<string, unknown> {
  const dropped = ['input', 'inputDetails', 'output', 'outputDetails', 'parameters'];
  return Object.fromEntries(Object.entries(details ?? {}).filter(([name]) => !dropped.includes(name)));
}

function textsOf(value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map(textsOf);
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, textsOf(member)]));
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
