import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findBinary } from '../terraform/binary.js';
import { missing, ok, warning, type CheckResult } from './check.js';

/** @param version `v20.19.1` @param oldest from package.json's engines, `20.19.0` */
export function nodeCheck(version: string, oldest: string): CheckResult {
  const [have, need] = [version, oldest].map((text) => text.replace(/^v/u, '').split('.').map(Number));
  const first = [0, 1, 2].find((index) => have?.[index] !== need?.[index]);
  const older = first !== undefined && (have?.[first] ?? 0) < (need?.[first] ?? 0);
  return older ? missing('Node', `${version}, ${oldest} is needed`, 'install a newer Node') : ok('Node', version);
}

/** Writes a file where orders keeps states and the local environment, and removes it. */
export function dataFolderCheck(folder: string, pid: number): CheckResult {
  const name = 'data folder';
  const file = join(folder, `.doctor-${pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, '');
    rmSync(file);
    return ok(name, `${folder} can be written`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return missing(
      name,
      `${folder} cannot be written: ${code}`,
      'make it writable, or name another with ORDERS_LOCAL_DIR',
    );
  }
}

/**
 * The local environment's store: a query of it, by way of its own clients.
 * @param look opens the environment and asks it something
 */
export async function localStoreCheck(folder: string, look: () => Promise<void>): Promise<CheckResult> {
  const file = join(folder, 'orders.db');
  if (!existsSync(file)) return ok('local store', 'none yet: the first local command makes it');
  accessSync(file, constants.R_OK);
  await look();
  return ok('local store', `${file} can be read`);
}

/** Only deploy and destroy need it, so none is no fault of a machine that only operates. */
export async function terraformCheck(env: Readonly<Record<string, string | undefined>>): Promise<CheckResult> {
  const name = 'Terraform';
  try {
    const { product, version, path } = await findBinary(env);
    return ok(name, `${product} ${version}: ${path}`);
  } catch (error) {
    const { message, suggestions = [] } = error as Error & { suggestions?: readonly string[] };
    return warning(name, message, `only deploy and destroy need it: ${suggestions[0] ?? ''}`);
  }
}
