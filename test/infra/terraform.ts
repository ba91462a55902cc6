import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
export const MODULE = join(ROOT, 'infra');
export const WORKFLOW = join(ROOT, 'workflows', 'order-processing');

const TERRAFORM = process.env['ORDERS_TERRAFORM_BIN'] ?? 'terraform';
/** What init says where the provider is in reach of neither a registry nor a mirror. */
const NO_PROVIDER = /Failed to query available provider packages|Failed to install provider|Could not retrieve the list/u;

export interface Ran {
  /** null: the binary is not there. */
  readonly status: number | null;
  /** stdout and stderr, as they came. */
  readonly output: string;
  readonly stdout: string;
}

export interface TerraformFolder {
  readonly path: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): void;
}

/**
 * A copy of infra/ in a folder of its own, initialised, with a local state. Where Terraform or the AWS provider is missing
 * the test is skipped, with words; any other trouble of init fails it.
 */
export async function terraformFolder(context: TestContext, prepare?: (folder: string) => void): Promise<TerraformFolder> {
  const path = mkdtempSync(join(tmpdir(), 'orders-infra-'));
  const folder: TerraformFolder = {
    path,
    run: (args, env) => terraform(join(path, 'infra'), args, env),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
  context.onTestFinished(() => folder.remove());
  mkdirSync(join(path, 'infra'));
  if (prepare === undefined) copyModule(path);
  else prepare(join(path, 'infra'));
  const { status, output } = await folder.run(['init', '-input=false']);
  if (status === null) context.skip(`there is no ${TERRAFORM} on this machine`);
  if (status !== 0 && NO_PROVIDER.test(output)) context.skip('the AWS provider is not at hand');
  if (status !== 0) throw new Error(`terraform init failed:\n${output}`);
  return folder;
}

function copyModule(path: string): void {
  // What a developer's own init has left there is not part of the module.
  cpSync(MODULE, join(path, 'infra'), { recursive: true, filter: (source) => !/\.terraform$|\.tfstate/u.test(source) });
  mkdirSync(join(path, 'workflows'));
  symlinkSync(WORKFLOW, join(path, 'workflows', 'order-processing'));
}

/** Runs beside the servers of this process, so it must not block. No setting of the developer's reaches it but where providers are. */
export async function terraform(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const child = spawn(TERRAFORM, [...args], { cwd, env: { ...clean(), ...env } });
  const said = { output: '', stdout: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.output += text;
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.output += text));
  const status = await new Promise<number | null>((done) => {
    child.on('error', () => done(null));
    child.on('close', done);
  });
  return { status, ...said };
}

function clean(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(TF_|AWS_)/u.test(name)) as [string, string][];
  const config = process.env['TF_CLI_CONFIG_FILE'];
  return {
    ...Object.fromEntries(kept),
    ...(config === undefined ? {} : { TF_CLI_CONFIG_FILE: config }),
    TF_CLI_ARGS: '-no-color',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
