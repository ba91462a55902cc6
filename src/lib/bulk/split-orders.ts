/** One order's text as it stands in the file, or what is wrong with the place where one should be. */
export type Piece =
  | { readonly line: number; readonly bytes: Uint8Array }
  /** `last`: what follows cannot be told apart, so the file ends here. */
  | { readonly line: number; readonly fault: string; readonly last?: boolean };

type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * One order a line, empty lines left out. A line of more than `longest` bytes is a fault and is not held.
 *
 * Bytes are looked at, not characters: no byte of a longer UTF-8 character is a newline or a bracket.
 */
export async function* splitLines(chunks: Chunks, longest: number): AsyncGenerator<Piece> {
  const part = new Part(longest);
  let line = 1;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      part.add(chunk.subarray(start, end));
      const piece = part.take(line);
      if (piece !== undefined) yield piece;
      line += 1;
      start = end + 1;
    }
    part.add(chunk.subarray(start));
  }
  const piece = part.take(line);
  if (piece !== undefined) yield piece;
}

/** The elements of the one JSON list that the file holds, each with the line it begins in; elements are told apart by depth and strings only. */
export async function* splitList(chunks: Chunks, longest: number): AsyncGenerator<Piece> {
  const part = new Part(longest);
  let line = 1;
  let startLine = 0;
  /** 0: before the list or behind it, 1: between elements. */
  let depth = 0;
  let ended = false;
  let inString = false;
  let escaped = false;
  let elements = 0;

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (byte === NEWLINE) line += 1;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inString = false;
        continue;
      }
      if (ended) {
        if (isSpace(byte)) continue;
        yield { line, fault: 'there is more text behind the end of the list', last: true };
        return;
      }
      if (depth === 0) {
        if (byte === OPEN_LIST) {
          depth = 1;
          start = at + 1;
        }
        continue;
      }
      if (startLine === 0 && !isSpace(byte)) startLine = line;
      if (byte === QUOTE) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth += 1;
      else if (depth > 1 && (byte === CLOSE_OBJECT || byte === CLOSE_LIST)) depth -= 1;
      else if (depth === 1 && (byte === COMMA || byte === CLOSE_LIST)) {
        part.add(chunk.subarray(start, at));
        const piece = part.take(startLine);
        const isEmptyList = byte === CLOSE_LIST && elements === 0;
        if (piece !== undefined) yield piece;
        else if (!isEmptyList) yield { line: startLine, fault: 'a value is expected before this sign' };
        elements += 1;
        startLine = 0;
        start = at + 1;
        ended = byte === CLOSE_LIST;
      }
    }
    if (depth > 0 && !ended) part.add(chunk.subarray(start));
    if (part.isTooLong && depth > 0) {
      yield {
        line: startLine,
        fault: `an element has more than ${longest} bytes, or its brackets do not match`,
        last: true,
      };
      return;
    }
  }
  if (!ended) {
    const place = startLine === 0 ? 'the list does not end' : 'the element that begins here does not end';
    yield { line: startLine === 0 ? line : startLine, fault: place, last: true };
  }
}

/** Bytes of one piece, which may come in several chunks. */
class Part {
  private chunks: Uint8Array[] = [];
  private size = 0;
  private hasText = false;

  constructor(private readonly longest: number) {}

  get isTooLong(): boolean {
    return this.size > this.longest;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.size += bytes.length;
    this.hasText ||= bytes.some((byte) => !isSpace(byte));
    if (this.isTooLong) this.chunks = [];
    // A copy: what it was cut from is filled again.
    else this.chunks.push(Uint8Array.from(bytes));
  }

  /** @returns undefined when there is nothing but white space. */
  take(line: number): Piece | undefined {
    const { chunks, size, hasText, isTooLong } = this;
    this.chunks = [];
    this.size = 0;
    this.hasText = false;
    if (!hasText) return undefined;
    if (isTooLong) return { line, fault: `it has ${size} bytes, an order at most ${this.longest}` };
    return { line, bytes: Buffer.concat(chunks) };
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === NEWLINE;
}
