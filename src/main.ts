import { Config, type Command } from '@oclif/core';
import { ALIASES, COMMANDS, TOPICS } from './command-table.js';
import { EXIT_CODES } from './lib/cli/exit-codes.js';
import { commandPlugin } from './lib/cli/command-plugin.js';
import { readCommandLine } from './lib/cli/command-line.js';
import { asFailure, errorDocument, printFailure } from './lib/cli/failure-report.js';
import { writeJson } from './lib/cli/json-output.js';
import { endOnSignals } from './lib/cli/interruption.js';

/** Which commands there are, for the loader: it keeps compiled code for these and for no misspelt word. */
export const commandIds: readonly string[] = Object.keys(COMMANDS);

/** Other names that commands are called by. */
export const commandAliases: readonly string[] = Object.keys(ALIASES);

const commandNames = [...commandIds, ...commandAliases];

/** What bin/run.js and bin/dev.js hand over. */
export interface Start {
  /** The package's folder. */
  readonly root: string;
  /** The package's package.json. */
  readonly packageJson: { readonly name: string; readonly version: string };
}

/**
 * argv to exit code. The words are matched to a command here and not by oclif's `run`, since that answers an unknown
 * command with exit 127 and loads its help for every command.
 */
export async function main(argv: readonly string[], start: Start): Promise<void> {
  const end = (error: unknown): Promise<never> => endWith(error, argv);
  endOnSignals();
  surviveClosedStreams();
  process.on('uncaughtException', (error) => void end(error));
  try {
    await dispatch(argv, start);
  } catch (error) {
    await end(error);
  }
  await drained(process.stdout);
  await drained(process.stderr);
  process.exit();
}

/** What no command caught: faults of the command line itself, and bugs. */
async function endWith(error: unknown, argv: readonly string[]): Promise<never> {
  const failure = await asFailure(error);
  if (readCommandLine(argv, commandNames).wantsJson) writeJson(errorDocument(failure));
  else printFailure(failure, process.stderr, process.env);
  await drained(process.stdout);
  process.exit(failure.exitCode);
}

/**
 * Whoever reads our output may leave early (`orders list | head`), and a terminal may go away: without stdout there is
 * nobody left to answer, so that ends us, quietly; without stderr we go on.
 */
function surviveClosedStreams(): void {
  const gone = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE' || error.code === 'EIO';
  // oclif has put a listener there that throws for all but EPIPE.
  process.stdout.removeAllListeners('error').on('error', (error: NodeJS.ErrnoException) => {
    if (gone(error)) process.exit();
    // An answer that is lost (`orders list > file` on a full disk) is no success.
    process.stderr.write(`Error: the answer could not be written: ${error.message}\n`);
    process.exit(EXIT_CODES.localStore.code);
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (!gone(error)) throw error;
  });
}

async function dispatch(argv: readonly string[], start: Start): Promise<void> {
  if (argv[0] === '--version') {
    process.stdout.write(`${start.packageJson.name}/${start.packageJson.version} node-${process.version}\n`);
    return;
  }
  const { id: name = '', rest, wantsHelp } = readCommandLine(argv, commandNames);
  const id = ALIASES[name] ?? (name === '' ? undefined : name);
  if (id === undefined || wantsHelp) {
    const { showHelp } = await import('./lib/cli/help.js');
    await showHelp(rest, { start, commands: COMMANDS, aliases: ALIASES, topics: TOPICS, id });
    return;
  }
  const config = await Config.load({ root: start.root, plugins: commandPlugin(start, commandIds) });
  const { default: command } = (await COMMANDS[id]?.()) as { default: Command.Class };
  command.id = id;
  await command.run([...rest], config);
}

/**
 * A pipe on Windows is written to in the background, and a write that failed is told a moment after it: exit() at once
 * would cut off the one and hide the other.
 */
async function drained(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => stream.write('', () => setImmediate(resolve)));
}
