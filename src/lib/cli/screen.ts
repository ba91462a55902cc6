import { styleText } from 'node:util';

/** What a stream can show. */
export interface Screen {
  /** A terminal that understands cursor movement; a pipe, a file and TERM=dumb are not. */
  readonly terminal: boolean;
  /** Columns to fit into; endless for a pipe, so that nothing is cut there. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether ✔ and ✖ may stand beside words, and relative times in place of RFC 3339. */
  readonly symbols: boolean;
}

/**
 * What may be written to `stream`: NO_COLOR (any value but empty) switches colour off, FORCE_COLOR (any value but `0`
 * and `false`) switches it on even in a pipe, and the first wins over the second; see no-color.org and force-color.org.
 */
export function screenOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Screen {
  const tty = stream.isTTY === true;
  const terminal = tty && env['TERM'] !== 'dumb';
  return {
    terminal,
    // A terminal that nobody has told its size says 0.
    width: tty ? Math.max(stream.columns || 80, 20) : Number.POSITIVE_INFINITY,
    colour: wantsColour(terminal, env),
    symbols: terminal,
  };
}

function wantsColour(terminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return terminal;
}

export type Colour = 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'magenta' | 'dim' | 'bold';

/** Puts a colour around a text; gives it back untouched where colours are not wanted. */
export type Paint = (colour: Colour, text: string) => string;

export function paintFor(screen: Pick<Screen, 'colour'>): Paint {
  if (!screen.colour) return (_colour, text) => text;
  // Deciding is ours: newer Node would look at stdout once more and undo FORCE_COLOR's wish.
  return (colour, text) => styleText(colour, text, { validateStream: false });
}
