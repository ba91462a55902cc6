import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../cli/failure.js';
import { terraformEnvironment } from './clean-environment.js';

export type Product = 'Terraform' | 'OpenTofu';

/** The program that plans and applies: found once, so that one and the same does both. */
export interface Binary {
  readonly product: Product;
  /** `1.11.4` */
  readonly version: string;
  /** Absolute. */
  readonly path: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** What infra/versions.tf asks for: from there on both lock a state in S3 without a DynamoDB table. */
const OLDEST = '1.11.0';

const INSTALL = [
  'install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install)',
  'or name a binary with ORDERS_TERRAFORM_BIN',
];

/**
 * ORDERS_TERRAFORM_BIN (a path or a name), else `terraform`, else `tofu` on PATH.
 * @throws Failure (terraform) that says what to install, when there is none or it is too old
 */
export async function findBinary(env: Env, platform: NodeJS.Platform = process.platform): Promise<Binary> {
  const path = locate(env, platform);
  const binary = await identify(path, env);
  if (isOlder(binary.version, OLDEST)) {
    throw new Failure('terraform', `${binary.product} ${binary.version} is too old, ${OLDEST} is needed: ${path}`, {
      suggestions: INSTALL,
    });
  }
  return binary;
}

/** Asks the binary itself. @throws Failure (terraform) when it does not run or is something else */
export async function identify(path: string, env: Env): Promise<Binary> {
  let said: string;
  try {
    const run = promisify(execFile);
    said = (await run(path, ['version', '-json'], { env: terraformEnvironment(env), timeout: 60_000 })).stdout;
  } catch (error) {
    throw new Failure('terraform', `${path} does not run: ${firstLine((error as Error).message)}`, {
      suggestions: INSTALL,
      cause: error,
    });
  }
  const version = versionOf(said);
  if (version === undefined) {
    throw new Failure('terraform', `${path} is neither Terraform nor OpenTofu: it does not know \`version -json\``, {
      suggestions: INSTALL,
    });
  }
  return { product: /tofu/iu.test(basename(path)) ? 'OpenTofu' : 'Terraform', version, path };
}

function locate(env: Env, platform: NodeJS.Platform): string {
  const wanted = env['ORDERS_TERRAFORM_BIN'];
  if (wanted) {
    const named = /[\\/]/u.test(wanted) ? resolve(wanted) : onPath(wanted, env, platform);
    if (named !== undefined && isProgram(named)) return named;
    throw new Failure('terraform', `ORDERS_TERRAFORM_BIN names no program: ${wanted}`, { suggestions: INSTALL });
  }
  const found = onPath('terraform', env, platform) ?? onPath('tofu', env, platform);
  if (found !== undefined) return found;
  throw new Failure('terraform', 'neither terraform nor tofu is on the PATH', { suggestions: INSTALL });
}

function onPath(name: string, env: Env, platform: NodeJS.Platform): string | undefined {
  const endings = platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  const path = env['PATH'] ?? env['Path'] ?? '';
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    for (const ending of endings) {
      const file = join(folder, `${name}${ending}`);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Both products call the member `terraform_version`. */
function versionOf(text: string): string | undefined {
  try {
    const { terraform_version: version } = JSON.parse(text) as { terraform_version?: unknown };
    return typeof version === 'string' && /^\d+\.\d+\.\d+/u.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

/** By major, minor and patch; what stands behind a hyphen counts as released. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('-')[0]?.split('.').map(Number) ?? []);
  for (const index of [0, 1, 2]) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
