/** Flags that say where a command works; `undefined` for those that were not given. */
export interface PlaceFlags {
  readonly env?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
  readonly 'state-machine-arn'?: string | undefined;
}

const NAMES = ['env', 'profile', 'region', 'endpoint-url', 'state-machine-arn'] as const;

/**
 * The same flags behind a command line that somebody is to run next, so that it works in the same place: " --env prod".
 * Sentences, which are no command lines, stay as they are.
 */
export function inSamePlace(flags: PlaceFlags): (line: string) => string {
  const given = NAMES.flatMap((name) => (flags[name] === undefined ? [] : [`--${name} ${quoted(flags[name])}`]));
  return (line) => (given.length > 0 && line.startsWith('orders ') ? `${line} ${given.join(' ')}` : line);
}

function quoted(text: string): string {
  return /^[\w.:/-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
