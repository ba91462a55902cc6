import type { Log, LogFields } from '../ports/log.js';

/**
 * One JSON line an event on standard output, with the fields that Lambda's JSON log format knows (timestamp, level,
 * message, requestId) and those by which an order's lines are found again.
 */
export class JsonLog implements Log {
  constructor(
    private readonly common: LogFields,
    private readonly now: () => number,
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
    // Not the console: Lambda's runtime would wrap the line into one of its own.
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
}
