import { Config, type Command, type Interfaces } from '@oclif/core';
import { CommandHelp, Help } from '@oclif/core/help';
import { commandPlugin } from './command-plugin.js';
import { EXIT_CODES } from './exit-codes.js';
import { Failure } from './failure.js';
import { nearest } from './nearest.js';

export interface HelpSources {
  readonly start: { readonly root: string; readonly packageJson: { readonly name: string; readonly version: string } };
  readonly commands: Readonly<Record<string, () => Promise<{ default: Command.Class }>>>;
  /** Another name -> the id of its command. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly topics: Readonly<Record<string, string>>;
  /** The command that argv names, if it names one. */
  readonly id: string | undefined;
}

/**
 * `orders`, `orders help`, `orders help start`, `orders start --help`, `orders local`, `orders help exit-codes`.
 * @throws Failure (usage) where argv names nothing there is, with the nearest name.
 */
export async function showHelp(argv: readonly string[], sources: HelpSources): Promise<void> {
  const words = wordsOf(argv);
  const subject = sources.id ?? words.join(':');
  if (subject === 'exit-codes') {
    process.stdout.write(`EXIT CODES\n${exitCodeList()}\n`);
    return;
  }
  const known = subject === '' ? [] : [commandAt(words, sources) ?? topicAt(words, sources)];
  if (known.includes(undefined)) throw unknownCommand(words, sources);
  if (subject === '' && argv.some((word) => word.startsWith('-') && !/^(-h|--help|--json)$/u.test(word))) {
    throw new Failure('usage', `no command is given, only ${argv.join(' ')}`, { suggestions: ['see orders --help'] });
  }
  const config = await helpConfig(sources);
  const help = new OrdersHelp(config, {
    maxWidth: Math.min(process.stdout.columns ?? 100, 100),
    hideAliasesFromRoot: true,
  });
  await help.showHelp(known.length === 0 ? [] : known.map(String));
  process.stdout.write(
    known.length === 0 ? `EXIT CODES\n${exitCodeList()}\n` : 'Exit codes: see orders help exit-codes\n',
  );
}

/** oclif's help, without saying the summary twice. */
class OrdersHelp extends Help {
  override CommandHelpClass = class extends CommandHelp {
    protected override description(): string | undefined {
      const { description } = this.command;
      return description === undefined ? undefined : this.wrap(description);
    }
  };
}

/** The table of exit codes, two columns, one row a line. */
export function exitCodeList(): string {
  return Object.values(EXIT_CODES)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');
}

/** Every command with its flags and texts as oclif's help wants them; what its manifest would hold. */
export async function describeCommands(commands: HelpSources['commands']): Promise<Command.Loadable[]> {
  return Promise.all(
    Object.entries(commands).map(async ([id, load]) => {
      const { default: command } = await load();
      command.id = id;
      const flags = { ...command.baseFlags, ...command.flags };
      return {
        id,
        aliases: command.aliases ?? [],
        hiddenAliases: command.hiddenAliases ?? [],
        summary: command.summary,
        description: command.description,
        examples: command.examples,
        usage: usageOf(id, command),
        hidden: command.hidden,
        strict: command.strict,
        args: named(command.args ?? {}),
        flags: named(flags),
        pluginName: 'orders-cli',
        load: async () => command,
      } as unknown as Command.Loadable;
    }),
  );
}

/** Arguments and what has to be given; oclif's own line names every flag there is. */
function usageOf(id: string, command: Command.Class): string {
  const args = Object.entries(command.args ?? {}).map(([name, { required, multiple }]) => {
    const word = `${name.toUpperCase()}${multiple === true || command.strict === false ? '...' : ''}`;
    return required === true ? word : `[${word}]`;
  });
  const flags = Object.entries(command.flags ?? {}).flatMap(([name, flag]) => {
    const value = 'helpValue' in flag && typeof flag.helpValue === 'string' ? ` ${flag.helpValue}` : '';
    return flag.required === true ? [`--${name}${value}`] : [];
  });
  return [id.replaceAll(':', ' '), ...args, ...flags, '[FLAGS]'].join(' ');
}

function named(parts: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, { ...part, ...withoutEmptyDefault(part), name }]),
  );
}

/** "Nothing" as a default of a repeatable flag is not worth a word. */
function withoutEmptyDefault(part: object): { default?: undefined } {
  return 'default' in part && Array.isArray(part.default) && part.default.length === 0 ? { default: undefined } : {};
}

async function helpConfig({ start, commands, topics }: HelpSources): Promise<Interfaces.Config> {
  const groups = Object.entries(topics).map(([name, description]) => ({ name, description }));
  return Config.load({
    root: start.root,
    plugins: commandPlugin(start, Object.keys(commands), await describeCommands(commands), groups),
  });
}

function wordsOf(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith('-'));
  const words = end < 0 ? argv : argv.slice(0, end);
  return words[0] === 'help' ? words.slice(1) : words;
}

function commandAt(words: readonly string[], { id, commands, aliases }: HelpSources): string | undefined {
  if (id !== undefined) return id;
  for (let count = words.length; count > 0; count -= 1) {
    const name = words.slice(0, count).join(':');
    if (Object.hasOwn(commands, name)) return name;
    if (Object.hasOwn(aliases, name)) return aliases[name];
  }
  return undefined;
}

function topicAt(words: readonly string[], { topics }: HelpSources): string | undefined {
  return words.length === 1 && Object.hasOwn(topics, words[0] ?? '') ? words[0] : undefined;
}

function unknownCommand(words: readonly string[], { commands, aliases, topics }: HelpSources): Failure {
  const inTopic = Object.hasOwn(topics, words[0] ?? '');
  const said = words.slice(0, inTopic ? 2 : 1).join(' ');
  const names = [...Object.keys(commands), ...Object.keys(aliases), ...Object.keys(topics)].map((name) =>
    name.replaceAll(':', ' '),
  );
  const close = nearest(said, names);
  return new Failure('usage', `unknown command ${said}`, {
    suggestions: [...(close === undefined ? [] : [`did you mean orders ${close}?`]), 'see orders --help'],
  });
}
