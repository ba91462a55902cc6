import type { Colour, Paint, Screen } from '../cli/screen.js';

/** What a report has to know about where it is read. */
export interface Style {
  readonly paint: Paint;
  readonly screen: Pick<Screen, 'terminal' | 'width' | 'symbols'>;
}

interface Look {
  readonly colour: Colour;
  readonly symbol: string;
  readonly word: string;
}

const LOOKS: Readonly<Record<string, Look>> = {
  SUCCEEDED: { colour: 'green', symbol: '✔', word: 'SUCCEEDED' },
  FAILED: { colour: 'red', symbol: '✖', word: 'FAILED' },
  TIMED_OUT: { colour: 'red', symbol: '✖', word: 'TIMED_OUT' },
  ABORTED: { colour: 'yellow', symbol: '■', word: 'ABORTED' },
  RUNNING: { colour: 'blue', symbol: '▶', word: 'RUNNING' },
  PENDING_REDRIVE: { colour: 'blue', symbol: '▶', word: 'PENDING_REDRIVE' },
  succeeded: { colour: 'green', symbol: '✔', word: 'succeeded' },
  caught: { colour: 'yellow', symbol: '!', word: 'error caught' },
  failed: { colour: 'red', symbol: '✖', word: 'failed' },
  'timed-out': { colour: 'red', symbol: '✖', word: 'timed out' },
  aborted: { colour: 'yellow', symbol: '■', word: 'abandoned' },
  running: { colour: 'blue', symbol: '▶', word: 'running' },
};

/** A status of an execution, or what became of a state, as a coloured word with its symbol where symbols are wanted. */
export function outcomeText(outcome: string, { paint, screen }: Style): string {
  const look = LOOKS[outcome];
  if (look === undefined) return outcome;
  return paint(look.colour, screen.symbols ? `${look.symbol} ${look.word}` : look.word);
}

/** The colour alone, for bars. */
export function outcomeColour(outcome: string): Colour {
  return LOOKS[outcome]?.colour ?? 'dim';
}
