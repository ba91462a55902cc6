import type { FunctionLogLine } from '../ports.js';
import { functionLogGroup } from '../states/order-workflow.js';
import type { LogStore } from './log-store.js';

/** The functions' console: each line on disk before the function goes on, in the group and the kind of stream AWS uses. */
export class FunctionLog {
  constructor(
    private readonly logs: LogStore,
    /** Ends the stream's name; on AWS it names the execution environment. */
    private readonly environmentId: string,
  ) {}

  write({ functionName, requestId, timestamp, message }: FunctionLogLine): void {
    const day = new Date(timestamp).toISOString().slice(0, 10).replaceAll('-', '/');
    const stream = `${day}/[1]${this.environmentId}`;
    const tagged = message.includes(requestId) ? message : tagLine(message, requestId);
    this.logs.write(functionLogGroup(functionName), stream, [{ at: timestamp, message: tagged }], timestamp);
  }
}

/** A line that does not say whose it is gets the request id: as a member of a JSON line, else in front, as AWS's text format has it. */
function tagLine(message: string, requestId: string): string {
  if (message.startsWith('{')) {
    try {
      const parsed = JSON.parse(message) as Record<string, unknown>;
      return JSON.stringify({ ...parsed, requestId });
    } catch {
      // It only looked like JSON.
    }
  }
  return `${requestId}\t${message}`;
}
