import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../cli/failure.js';

export interface VariableWish {
  /** `--var`, as they were given: `name=value`. */
  readonly vars: readonly string[];
  /** `--var-file`. */
  readonly varFiles: readonly string[];
  readonly environment: string;
  /** Folders with `<environment>.tfvars`; the first one that has it wins. */
  readonly environments: readonly string[];
  /** What orders itself decides. */
  readonly decided: Readonly<Record<string, string>>;
}

export interface Variables {
  /** Arguments of `plan`; Terraform lets later ones win. */
  readonly args: readonly string[];
  /** Files that are used, for people. */
  readonly files: readonly string[];
  /** Whether the user or orders says somewhere what `region` is. */
  readonly nameRegion: boolean;
}

/** The variable being set, in Terraform's language or in JSON. */
const REGION = /^\s*(?:region\s*=|\{?\s*"region"\s*:)/mu;

/**
 *     weakest   orders.auto.tfvars.json (the region that AWS's own settings name)
 *               infra/environments/<environment>.tfvars
 *               --var-file, in order
 *               --var, in order
 *     strongest what orders decides: environment, region where it was given, folders
 *
 * @throws Failure (usage) for a file that is not there, a --var without `=`, or one that is not the user's to set
 */
export function planVariables(wish: VariableWish): Variables {
  const own = wish.environments
    .map((folder) => join(folder, `${wish.environment}.tfvars`))
    .find((file) => existsSync(file));
  const given = wish.varFiles.map((file) => {
    if (existsSync(file)) return resolve(file);
    throw new Failure('usage', `there is no file of variables ${file}`);
  });
  for (const text of wish.vars) checkVariable(text, wish.decided);
  const files = [...(own === undefined ? [] : [own]), ...given];
  const decided = Object.entries(wish.decided).map(([name, value]) => `${name}=${value}`);
  return {
    files,
    nameRegion:
      [...wish.vars, ...decided].some((text) => text.startsWith('region=')) ||
      files.some((file) => REGION.test(readFileSync(file, 'utf8'))),
    args: [
      ...files.map((file) => `-var-file=${file}`),
      ...[...wish.vars, ...decided].flatMap((text) => ['-var', text]),
    ],
  };
}

function checkVariable(text: string, decided: Readonly<Record<string, string>>): void {
  const [, name] = /^([A-Za-z_][A-Za-z0-9_-]*)=/u.exec(text) ?? [];
  if (name === undefined) {
    throw new Failure('usage', `not a variable: --var ${text}`, { suggestions: ['it looks like --var tracing=false'] });
  }
  if (!Object.hasOwn(decided, name)) return;
  throw new Failure('usage', `variable ${name} is not set with --var`, {
    suggestions: [
      { environment: 'name it with --env', region: 'name it with --region' }[name] ??
        'orders itself puts things in place',
    ],
  });
}
