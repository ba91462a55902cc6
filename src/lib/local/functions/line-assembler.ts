/** A line without its end is handed on in pieces when it grows beyond this many characters (CloudWatch: 256 KB an event). */
const LONGEST_LINE = 200_000;

/** Puts pieces of output together into lines. */
export class LineAssembler {
  readonly #emit: (line: string) => void;
  #rest = '';

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  write(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emitInPieces(line.endsWith('\r') ? line.slice(0, -1) : line);
    while (this.#rest.length > LONGEST_LINE) {
      this.#emit(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** Hands on what has no line end yet. */
  flush(): void {
    if (this.#rest !== '') this.#emitInPieces(this.#rest);
    this.#rest = '';
  }

  #emitInPieces(line: string): void {
    for (let from = 0; from === 0 || from < line.length; from += LONGEST_LINE) {
      this.#emit(line.slice(from, from + LONGEST_LINE));
    }
  }
}
