import type { RecordedAnswer, RecordedEvent, Transformer } from './recording.js';

/** An event as a transport gives it: GetExecutionHistory's shape, payloads as JSON texts. */
export interface ActualEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
}

export interface ActualAnswer {
  readonly events?: readonly ActualEvent[];
  readonly [member: string]: unknown;
}

/** Words that the recorder wrote in place of a moment. */
const MOMENTS = new Set(['timestamp', 'datetime', 'date']);
/** What a driver cannot know, the recorder made up, or follows from the length of a name that was replaced. */
const IGNORED = new Set(['timestamp', 'ResponseMetadata', 'billingDetails', 'Content-Length']);
const PLACEHOLDER = /<[^<>]+>/g;
/** Events that the recorder left out where it sorted a Parallel's events. */
const LEFT_OUT = /^ParallelState(Succeeded|Failed|Exited)$/;

/** Where an answer differs from the recording, in words; empty when it does not. */
export function differences(
  expected: RecordedAnswer,
  actual: ActualAnswer,
  transformers: readonly Transformer[],
): string[] {
  const comparison = new Comparison(transformers);
  if (expected.events === undefined) {
    comparison.compare('answer', expected, actual);
  } else {
    comparison.compareEvents(expected.events, actual.events ?? []);
  }
  return comparison.found;
}

class Comparison {
  readonly found: string[] = [];
  private readonly rewrites: readonly (readonly [RegExp, string])[];
  private readonly wildcardMembers: ReadonlySet<string>;

  constructor(transformers: readonly Transformer[]) {
    this.rewrites = transformers.flatMap(([kind, pattern, replacement]) =>
      kind === 'regex' && pattern !== undefined ? [[new RegExp(pattern, 'g'), replacement ?? ''] as const] : [],
    );
    this.wildcardMembers = new Set(
      transformers.flatMap(([kind, pattern]) =>
        kind === 'jsonpath' && pattern !== undefined ? [pattern.slice(pattern.lastIndexOf('.') + 1)] : [],
      ),
    );
  }

  compareEvents(expected: readonly RecordedEvent[], actual: readonly ActualEvent[]): void {
    const sorted = expected.some((event) => Array.isArray(event.id));
    const remaining = new Map(actual.map((event) => [event.id, event]));
    for (const event of expected.filter(({ id }) => !Array.isArray(id))) {
      const counterpart = remaining.get(event.id as number);
      if (counterpart === undefined) {
        this.found.push(`event ${String(event.id)} ${event.type} is missing`);
      } else {
        remaining.delete(counterpart.id);
        this.compare(`event ${counterpart.id} ${event.type}`, event, counterpart);
      }
    }
    for (const event of expected.filter(({ id }) => Array.isArray(id))) {
      const counterpart = [...remaining.values()].find((candidate) => this.isSame(event, candidate));
      if (counterpart === undefined) {
        this.found.push(`an event ${event.type} ${JSON.stringify(event)} is missing`);
      } else {
        remaining.delete(counterpart.id);
      }
    }
    for (const event of remaining.values()) {
      if (!(sorted && LEFT_OUT.test(event.type))) {
        this.found.push(`event ${event.id} ${event.type} is too many`);
      }
    }
  }

  private isSame(expected: RecordedEvent, actual: ActualEvent): boolean {
    const trial = new Comparison([]);
    Object.assign(trial, { rewrites: this.rewrites, wildcardMembers: this.wildcardMembers });
    trial.compare('', { ...expected, id: 0 }, { ...actual, id: 0, previousEventId: 0 });
    return trial.found.length === 0;
  }

  compare(where: string, expected: unknown, actual: unknown, member = ''): void {
    if (IGNORED.has(member) || this.wildcardMembers.has(member) || isWildcard(expected, member)) {
      if (actual === undefined && !IGNORED.has(member)) {
        this.found.push(`${where} is missing`);
      }
      return;
    }
    if (typeof expected === 'object' && expected !== null && typeof actual === 'string') {
      this.compare(where, expected, parsed(actual), member);
    } else if (Array.isArray(expected) && Array.isArray(actual)) {
      this.compareArrays(where, expected, actual);
    } else if (isRecord(expected) && isRecord(actual)) {
      this.compareObjects(where, expected, actual);
    } else if (typeof expected === 'string' && typeof actual === 'string') {
      this.compareTexts(where, expected, actual);
    } else if (expected !== actual) {
      this.differ(where, expected, actual);
    }
  }

  private compareArrays(where: string, expected: readonly unknown[], actual: readonly unknown[]): void {
    if (expected.length !== actual.length) {
      this.differ(where, expected, actual);
      return;
    }
    for (const [index, element] of expected.entries()) {
      this.compare(`${where}[${index}]`, element, actual[index]);
    }
  }

  private compareObjects(
    where: string,
    expected: Readonly<Record<string, unknown>>,
    actual: Readonly<Record<string, unknown>>,
  ): void {
    const rewritten = new Map(Object.entries(actual).map(([name, value]) => [this.rewrite(name), value]));
    for (const name of new Set([...Object.keys(expected), ...rewritten.keys()])) {
      this.compare(`${where}.${name}`, expected[name], rewritten.get(name), name);
    }
  }

  /** Texts are the same, or JSON of the same value where the order of members is all that differs. */
  private compareTexts(where: string, expected: string, actual: string): void {
    const text = this.rewrite(actual);
    if (text === expected || pattern(expected).test(text)) {
      return;
    }
    if (expected.includes('{')) {
      const [wanted, given] = [parsed(expected), parsed(text)];
      if (typeof wanted === 'object' && wanted !== null && typeof given === 'object' && given !== null) {
        this.compare(where, wanted, given);
        return;
      }
    }
    this.differ(where, expected, text);
  }

  private rewrite(text: string): string {
    return this.rewrites.reduce((rewritten, [from, to]) => rewritten.replace(from, () => to), text);
  }

  private differ(where: string, expected: unknown, actual: unknown): void {
    this.found.push(`${where}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`);
  }
}

/** The recorder named a value after its member (`"Date": "date"`), or after what it was. */
function isWildcard(expected: unknown, member: string): boolean {
  return (
    typeof expected === 'string' &&
    (MOMENTS.has(expected.replaceAll('"', '')) || expected.toLowerCase() === member.toLowerCase())
  );
}

function pattern(expected: string): RegExp {
  const literals = expected.split(PLACEHOLDER).map((literal) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^]*?')}$`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
