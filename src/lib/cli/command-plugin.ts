import type { Command, Interfaces } from '@oclif/core';

interface Package {
  readonly root: string;
  readonly packageJson: { readonly name: string; readonly version: string };
}

/**
 * The one plugin oclif is given: us, described in memory, so that neither a manifest nor the disk is searched for
 * commands at start.
 * @param commands only for help, which reads all of them.
 */
export function commandPlugin(
  { root, packageJson }: Package,
  ids: readonly string[],
  commands: readonly Command.Loadable[] = [],
  topics: Interfaces.Topic[] = [],
): Map<string, Interfaces.Plugin> {
  const pjson = {
    ...packageJson,
    oclif: { bin: 'orders', dirname: 'orders', topicSeparator: ' ' },
  } as unknown as Interfaces.PJSON;
  const plugin = {
    _base: '',
    alias: packageJson.name,
    commandIDs: [...ids],
    commands: [...commands],
    commandsDir: undefined,
    async findCommand() {
      return undefined;
    },
    hasManifest: false,
    hooks: {},
    isRoot: true,
    async load() {},
    moduleType: 'commonjs',
    name: packageJson.name,
    options: { root },
    pjson,
    root,
    topics,
    type: 'core',
    valid: true,
    version: packageJson.version,
  } as unknown as Interfaces.Plugin;
  return new Map([[plugin.name, plugin]]);
}
