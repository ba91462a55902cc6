import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '@oclif/core';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/command-table.js';
import { describeCommands } from '../../src/lib/cli/help.js';
import { ROOT } from '../support/run-orders.js';

const commands = await describeCommands(COMMANDS);

describe('the command surface', () => {
  test('every command file is in the table, and nothing else', () => {
    const folder = join(ROOT, 'src', 'commands');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const ids = files.map((name) => name.replace(/\.ts$/u, '').replaceAll(/[/\\]/gu, ':'));
    expect(ids.sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  test('changes only on purpose: scripts depend on it', async () => {
    await expect(commands.map(surfaceOf).join('\n')).toMatchFileSnapshot('command-surface.txt');
  });

  test.each(commands.map((command) => [command.id, command] as const))(
    '%s has a summary, a description and examples',
    (_id, command) => {
      expect(command.summary).toMatch(/^[a-z].*[^.]$/u);
      expect(command.description?.length).toBeGreaterThan(20);
      expect(examplesOf(command).length).toBeGreaterThan(0);
    },
  );

  test.each(commands.map((command) => [command.id, command] as const))(
    'examples of %s use flags it has',
    (id, command) => {
      for (const example of examplesOf(command)) {
        const names = [id, ...command.aliases].map((name) => `<%= config.bin %> ${name.replaceAll(':', ' ')} `);
        expect(names.some((name) => `${example} `.includes(name))).toBe(true);
        const flags = [...example.matchAll(/(?<=\s)--([a-z-]+)/gu)].map((match) => match[1]);
        expect(Object.keys(command.flags)).toEqual(expect.arrayContaining(flags));
      }
    },
  );
});

/** Names, shorthands, values and rules; texts may change freely. */
function surfaceOf(command: Command.Loadable): string {
  const others = [...command.aliases, ...command.hiddenAliases].map((alias) => ` (also ${alias})`);
  const args = Object.entries(command.args).map(([name, { required, options }]) =>
    words(`  ${name.toUpperCase()}`, required === true && 'required', options?.join('|')),
  );
  const flags = Object.entries(command.flags).map(([name, flag]) => flagSurface(name, flag as unknown as FlagRules));
  return [`orders ${command.id.replaceAll(':', ' ')}${others.join('')}`, ...args, ...flags.sort(), ''].join('\n');
}

interface FlagRules {
  readonly char?: string;
  readonly type: 'boolean' | 'option';
  readonly required?: boolean;
  readonly multiple?: boolean;
  readonly options?: readonly string[];
  readonly exclusive?: readonly string[];
  readonly dependsOn?: readonly string[];
  readonly default?: unknown;
}

function flagSurface(name: string, flag: FlagRules): string {
  return words(
    `  --${name}`,
    flag.char !== undefined && `-${flag.char}`,
    flag.type === 'option' && (flag.options?.join('|') ?? 'VALUE'),
    flag.required === true && 'required',
    flag.multiple === true && 'multiple',
    flag.default !== undefined && `default ${JSON.stringify(flag.default) ?? 'computed'}`,
    flag.exclusive !== undefined && `not with ${flag.exclusive.join(', ')}`,
    flag.dependsOn !== undefined && `only with ${flag.dependsOn.join(', ')}`,
  );
}

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string').join(' ');
}

function examplesOf(command: Command.Loadable): string[] {
  const examples = Array.isArray(command.examples) ? command.examples : [command.examples ?? ''];
  return examples.map((example) => (typeof example === 'string' ? example : example.command));
}
