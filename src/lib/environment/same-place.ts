import type { EnvironmentFlags } from './resolve.js';

const FLAGS = [
  ['env', 'env'],
  ['profile', 'profile'],
  ['region', 'region'],
  ['endpointUrl', 'endpoint-url'],
  ['stateMachineArn', 'state-machine-arn'],
] as const;

/**
 * Puts the flags that said where this command works behind a command line that somebody is to run next, so that it works in the
 * same place: " --env prod". Sentences, which are no command lines, stay as they are.
 */
export function inSamePlace(flags: EnvironmentFlags): (line: string) => string {
  const given = FLAGS.flatMap(([key, flag]) => (flags[key] === undefined ? [] : [`--${flag} ${quoted(flags[key])}`]));
  const flagged = ['', ...given].join(' ');
  // Behind `--` nothing is a flag any more: there an order id follows that begins with a dash.
  return (line) => (line.startsWith('orders ') ? line.replace(/(?= -- '?-)|$/u, () => flagged) : line);
}

function quoted(text: string): string {
  return /^[\w.:/-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
