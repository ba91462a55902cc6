/** What argv asks for. `id` is undefined where no command is named. */
export interface CommandLine {
  readonly id: string | undefined;
  /** Flags and arguments of the command. */
  readonly rest: readonly string[];
  readonly wantsHelp: boolean;
  readonly wantsJson: boolean;
}

/** Shared flags that take a value, with and without it in one word; `--env prod start` means `start --env prod`. */
const WITH_VALUE = /^(-e|--env|--profile|--region|--endpoint-url|--state-machine-arn)$/u;
const ALONE = /^(-e.+|--(env|profile|region|endpoint-url|state-machine-arn)=.*|--json|--no-input)$/u;

/**
 * Finds the command: shared flags may stand before it, and the longest run of words that is an id wins, so
 * `local show o-1` is `local:show` with `o-1`.
 */
export function readCommandLine(argv: readonly string[], ids: readonly string[]): CommandLine {
  const start = lengthOfLeadingFlags(argv);
  const words = argv.slice(start);
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  const common = {
    wantsHelp: flags.some((word) => word === '--help' || word === '-h'),
    wantsJson: flags.includes('--json'),
  };
  for (let count = Math.min(words.length, 3); count > 0; count -= 1) {
    const id = words.slice(0, count).join(':');
    if (ids.includes(id)) return { id, rest: [...argv.slice(0, start), ...words.slice(count)], ...common };
  }
  return { id: undefined, rest: words, ...common };
}

function lengthOfLeadingFlags(argv: readonly string[]): number {
  let length = 0;
  for (;;) {
    const word = argv[length] ?? '';
    if (WITH_VALUE.test(word)) length += 2;
    else if (ALONE.test(word)) length += 1;
    else return Math.min(length, argv.length);
  }
}
