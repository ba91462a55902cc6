import { existsSync, rmSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFunctionArchives, type FunctionArchive } from '../packaging/function-archives.js';
import { backendOverride, type Backend } from './backend.js';
import type { Workflow } from './definition-check.js';
import { lockFolder, type FolderLock } from './lockfile.js';

/**
 * Where Terraform works for one environment, in the user's data folder, for nobody else to read:
 *
 *     module/                a copy of infra/, since the installed package may be read-only
 *       functions/*.zip      named relative to the module: the path is in the state, which others share
 *       workflow/            the definition's template and its numbers
 *       backend_override.tf.json, orders.auto.tfvars.json
 *     terraform-data/        TF_DATA_DIR: providers, and which backend is in use
 *     terraform.tfstate      the state, where no backend is configured
 *     run-XXXXXX/            plan and output of the run that is under way
 */
export interface WorkFolder {
  readonly path: string;
  readonly module: string;
  readonly dataDir: string;
  readonly localState: string;
  /** Of this run; removed with it. */
  readonly run: string;
  readonly plan: string;
  readonly lock: FolderLock;
  /** Removes plan and output, whatever happened, and lets others in. */
  close(): Promise<void>;
}

/** @throws Failure (conflict) while another process works there */
export async function openWorkFolder(dataFolder: string, environment: string): Promise<WorkFolder> {
  const path = workFolderPath(dataFolder, environment);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
  const lock = lockFolder(join(path, 'lock'), `environment ${environment}`);
  try {
    // Of runs that were killed.
    for (const name of await readdir(path)) {
      if (name.startsWith('run-')) await rm(join(path, name), { recursive: true, force: true });
    }
    const run = await mkdtemp(join(path, 'run-'));
    const plan = join(run, 'plan');
    // Terraform writes plans that everybody may read; into a file that is there it writes without changing its mode.
    await (await open(plan, 'wx', 0o600)).close();
    // A process that ends in any other way than through close() leaves no plan behind either: it holds the state's secrets.
    const remove = (): void => rmSync(run, { recursive: true, force: true });
    process.once('exit', remove);
    return {
      path,
      module: join(path, 'module'),
      dataDir: join(path, 'terraform-data'),
      localState: localStatePath(dataFolder, environment),
      run,
      plan,
      lock,
      async close() {
        process.off('exit', remove);
        remove();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

export function workFolderPath(dataFolder: string, environment: string): string {
  return join(dataFolder, 'deployments', environment);
}

export function localStatePath(dataFolder: string, environment: string): string {
  return join(workFolderPath(dataFolder, environment), 'terraform.tfstate');
}

export interface Sources {
  /** The installed package. */
  readonly packageRoot: string;
  readonly workflow: Workflow;
  readonly backend: Backend;
  /** Variables that any file of the user's outweighs. */
  readonly weakVariables: Readonly<Record<string, string>>;
}

const LOCK_FILE = '.terraform.lock.hcl';
const NOT_COPIED = new Set(['tests', 'environments', '.terraform']);

/** Puts module, definition and functions in place. @returns the functions' zips */
export async function fillWorkFolder(folder: WorkFolder, sources: Sources): Promise<FunctionArchive[]> {
  const infra = join(sources.packageRoot, 'infra');
  const workflow = join(sources.packageRoot, 'workflows', 'order-processing');
  await rm(folder.module, { recursive: true, force: true });
  await cp(infra, folder.module, {
    recursive: true,
    filter: (source) => source === infra || !(NOT_COPIED.has(basename(source)) || /\.tfstate/u.test(source)),
  });
  // What a read-only package handed down is ours to change here.
  await chmod(folder.module, 0o700);
  if (existsSync(join(folder.module, LOCK_FILE))) await chmod(join(folder.module, LOCK_FILE), 0o600);
  await mkdir(join(folder.module, 'workflow'));
  for (const file of ['workflow.json', 'order-processing.asl.json']) {
    await copyFile(join(workflow, file), join(folder.module, 'workflow', file));
  }
  await writeFile(join(folder.module, 'backend_override.tf.json'), backendOverride(sources.backend));
  await writeFile(join(folder.module, 'orders.auto.tfvars.json'), JSON.stringify(sources.weakVariables));
  return writeFunctionArchives({
    bundles: join(sources.packageRoot, 'dist', 'functions'),
    functions: Object.keys(sources.workflow.functions),
    into: join(folder.module, 'functions'),
  });
}

/** How the module is told where they are: relative to itself, the same on every machine. */
export const PLACES = { functions_folder: 'functions', workflow_folder: 'workflow' } as const;
