import type { LogEvent } from '../log-store.js';

export type FieldValue = string | number | boolean | null | object | undefined;

/** A log event as queries see it: `@` fields, and the members of a JSON message by dotted names. */
export class LogRecord {
  private parsed: unknown;
  private isParsed = false;

  constructor(
    readonly event: LogEvent,
    private readonly log: string,
  ) {}

  field(name: string): FieldValue {
    const { event } = this;
    switch (name) {
      case '@timestamp':
        return event.at;
      case '@ingestionTime':
        return event.ingestedAt;
      case '@message':
        return event.message;
      case '@logStream':
        return event.streamName;
      case '@log':
        return this.log;
      case '@ptr':
        return Buffer.from(String(event.id)).toString('base64');
      default:
        return memberOf(this.json(), name);
    }
  }

  /** The value as an answer shows it; times as CloudWatch writes them, in UTC. */
  shown(name: string): string | undefined {
    const value = this.field(name);
    if (value === undefined || value === null) return undefined;
    if (name === '@timestamp' || name === '@ingestionTime') {
      return new Date(value as number).toISOString().replace('T', ' ').replace('Z', '');
    }
    return textOf(value);
  }

  private json(): unknown {
    if (!this.isParsed) {
      this.isParsed = true;
      if (this.event.message.trimStart().startsWith('{')) {
        try {
          this.parsed = JSON.parse(this.event.message);
        } catch {
          // A line that only looks like JSON has no members.
        }
      }
    }
    return this.parsed;
  }
}

/** Texts as they are, booleans as 1 and 0 (as discovered JSON fields have them), the rest as JSON. */
export function textOf(value: FieldValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return JSON.stringify(value ?? null);
}

/** A member may have dots in its own name: the longest name that is there wins. */
function memberOf(value: unknown, name: string): FieldValue {
  if (typeof value !== 'object' || value === null) return undefined;
  const object = value as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(object, name)) return object[name] as FieldValue;
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const head = name.slice(0, dot);
    if (!Object.hasOwn(object, head)) continue;
    const found = memberOf(object[head], name.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
