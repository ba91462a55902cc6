import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { Failure } from '../cli/failure.js';
import type { Backend } from './backend.js';
import { identify, type Binary } from './binary.js';
import { terraformEnvironment } from './clean-environment.js';
import type { UiMessage } from './message.js';
import { readPlan, type Plan } from './plan.js';
import { runTerraform, type Finished, type StopWishes } from './process.js';
import { terraformFailure } from './terraform-failure.js';
import type { WorkFolder } from './work-folder.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface SessionSettings {
  readonly binary: Binary;
  readonly folder: WorkFolder;
  readonly backend: Backend;
  readonly env: Env;
  /** Where AWS is, in variables; see providerEnvironment. */
  readonly providerEnv: Env;
  readonly stopWishes?: StopWishes;
  readonly onMessage?: (message: UiMessage) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** `deploy` makes AWS fit the module, `destroy` removes all of it, `refresh` only looks at what changed behind our back. */
export type Purpose = 'deploy' | 'destroy' | 'refresh';

const MODE: Readonly<Record<Purpose, readonly string[]>> = {
  deploy: [],
  destroy: ['-destroy'],
  refresh: ['-refresh-only'],
};

/** `-detailed-exitcode`: there is something to do. */
const CHANGES = 2;
const LOCK_TIMEOUT = '-lock-timeout=5s';

/**
 * One binary, one work folder, one plan.
 *
 *     init ─► plan ─► (show it, ask) ─► apply ─► outputs
 *
 * Whatever fails throws: Failure (terraform) with Terraform's diagnostics, or (interrupted, terminated) when it was asked to
 * stop. Only documented JSON is read; prose is passed on.
 */
export class TerraformSession {
  constructor(private readonly settings: SessionSettings) {}

  /** @param change what to do when the state was elsewhere until now */
  async init(change?: 'migrate' | 'reconfigure'): Promise<void> {
    const { backend } = this.settings;
    const how = { migrate: ['-migrate-state', '-force-copy'], reconfigure: ['-reconfigure'] };
    await this.succeed('init', [
      '-json',
      '-input=false',
      LOCK_TIMEOUT,
      ...(change === undefined ? [] : how[change]),
      ...(backend.kind === 'remote' ? [`-backend-config=${backend.file}`] : []),
    ]);
  }

  /** @returns undefined when there is nothing to do: the plan file is not worth applying then */
  async plan(purpose: Purpose, variables: readonly string[]): Promise<{ plan: Plan; changes: boolean }> {
    const file = this.settings.folder.plan;
    const args = [`-out=${file}`, '-detailed-exitcode', '-json', '-input=false', LOCK_TIMEOUT];
    const finished = await this.run('plan', [...args, ...MODE[purpose], ...variables]);
    if (finished.code !== 0 && finished.code !== CHANGES) throw this.failure('plan', finished);
    await chmod(file, 0o600);
    const { stdout } = await this.succeed('show', ['-json', file]);
    return { plan: readPlan(stdout), changes: finished.code === CHANGES };
  }

  /**
   * Applies what `plan` left, and nothing else. @throws Failure (terraform) too when the binary is not the one that planned
   */
  async apply(plan: Pick<Plan, 'terraformVersion'>): Promise<void> {
    const { binary, env, folder } = this.settings;
    const now = await identify(binary.path, env);
    if (now.version !== binary.version || now.version !== plan.terraformVersion) {
      throw new Failure('terraform', `the plan is of ${plan.terraformVersion}, ${binary.path} is ${now.version} now`, {
        suggestions: ['nothing was applied; run it again, so that one binary does both'],
      });
    }
    try {
      await this.succeed('apply', ['-json', '-input=false', LOCK_TIMEOUT, folder.plan]);
    } finally {
      for (const file of [folder.localState, `${folder.localState}.backup`]) {
        if (existsSync(file)) await chmod(file, 0o600);
      }
    }
  }

  /** The root module's outputs, by name. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = await this.succeed('output', ['-json']);
    const outputs = JSON.parse(stdout) as Record<string, { readonly value?: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  }

  private async succeed(command: string, args: readonly string[]): Promise<Finished> {
    const finished = await this.run(command, args);
    if (finished.code !== 0) throw this.failure(command, finished);
    return finished;
  }

  private async run(command: string, args: readonly string[]): Promise<Finished> {
    const { binary, folder, env, providerEnv, stopWishes, onMessage } = this.settings;
    return runTerraform({
      binary,
      args: [command, ...args],
      folder: folder.module,
      env: { ...terraformEnvironment({ ...env, ...providerEnv }), TF_DATA_DIR: folder.dataDir },
      privateFolder: folder.run,
      onStart: (pid) => folder.lock.alsoHeldBy(pid),
      ...(stopWishes === undefined ? {} : { stopWishes }),
      ...(onMessage === undefined ? {} : { onMessage }),
    });
  }

  private failure(command: string, finished: Finished): Failure {
    const { binary, now } = this.settings;
    if (finished.stopped === undefined) return terraformFailure(binary, { command, ...finished }, now());
    const { how, exit } = finished.stopped;
    if (how === 'by-force') {
      return new Failure(
        exit,
        `${binary.product} ${command} was ended by force: its state may not know all that it did`,
        {
          suggestions: ['compare what is on AWS with: orders deploy --drift'],
        },
      );
    }
    const rest = command === 'apply' ? 'what is done is done and in the state' : 'nothing was changed';
    return new Failure(exit, `${binary.product} ${command} was stopped in order: ${rest}`, {
      suggestions: command === 'apply' ? ['run the same command again: it goes on with what is missing'] : [],
    });
  }
}
