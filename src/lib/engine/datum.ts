import type { Json } from './protocol.js';

/**
 * A JSON value between states: its text, its parsed form, or both; each is made from the other when first asked for.
 * A value that merely passes through keeps its text (AWS shows `[1, 2]` as it was sent) and is neither parsed nor written again.
 */
export class Datum {
  static readonly emptyObject = Datum.ofText('{}');

  private constructor(
    private written: string | undefined,
    private parsed: Json | undefined,
    private parts: readonly Datum[] | undefined,
  ) {}

  static ofText(text: string): Datum {
    return new Datum(text, undefined, undefined);
  }

  static ofValue(value: Json): Datum {
    return new Datum(undefined, value, undefined);
  }

  /** A text that has been parsed already. */
  static ofBoth(text: string, value: Json): Datum {
    return new Datum(text, value, undefined);
  }

  /** The array of these values; every element keeps its own text. */
  static ofArray(parts: readonly Datum[]): Datum {
    return new Datum(undefined, undefined, parts);
  }

  get text(): string {
    if (this.written === undefined) {
      this.written =
        this.parts === undefined ? JSON.stringify(this.parsed) : `[${this.parts.map((part) => part.text).join(',')}]`;
    }
    return this.written;
  }

  /** Shared, never to be changed in place. */
  get value(): Json {
    if (this.parsed === undefined) {
      this.parsed =
        this.parts === undefined ? (JSON.parse(this.written ?? 'null') as Json) : this.parts.map((part) => part.value);
    }
    return this.parsed;
  }
}
