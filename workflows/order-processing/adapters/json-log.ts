import type { Log, LogFields } from '../ports/log.js';

/**
 * One JSON line an event, with the fields that Lambda's JSON log format knows (timestamp, level,
 * message, requestId) and those by which an order's lines are found again.
 */
export class JsonLog implements Log {
  constructor(
    private readonly common: LogFields,
    private readonly now: () => number,
    private readonly write: (line: string) => void,
  ) {}

  info(event: string, fields?: LogFields): void {
    this.#write('INFO', event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.#write('WARN', event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.#write('ERROR', event, fields);
  }

  #write(level: string, message: string, fields: LogFields = {}): void {
    const line = { timestamp: new Date(this.now()).toISOString(), level, message, ...this.common, ...fields };
    this.write(`${JSON.stringify(line)}\n`);
  }
}
