import { setTimeout as pause } from 'node:timers/promises';
import { Flags } from '@oclif/core';
import { readConfiguration } from '../environment/configuration.js';
import { dataFolder } from '../environment/data-folder.js';
import { packageRoot } from '../environment/package-root.js';
import { openDeployment, type EnvironmentDeployment } from '../terraform/environment-deployment.js';
import type { UiMessage } from '../terraform/message.js';
import { StopRequests } from '../terraform/stop-requests.js';
import { deployTarget, type Target, type TargetFlags } from '../terraform/target.js';
import type { Patience } from '../terraform/verify-deployment.js';
import { Failure } from './failure.js';
import { holdSignals } from './interruption.js';
import { OrdersCommand } from './orders-command.js';

/** Of commands that plan and apply. */
export const TERRAFORM_FLAGS = {
  plan: Flags.boolean({ summary: 'stop after the summary of what would be done' }),
  confirm: Flags.string({
    summary: "the environment's name again, in place of typing it: agrees to what cannot be undone",
    helpValue: 'NAME',
  }),
  var: Flags.string({
    summary: 'sets a variable of the module; repeatable',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
  }),
  'var-file': Flags.string({
    summary: 'file of variables, after infra/environments/<env>.tfvars; repeatable',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
    default: [],
  }),
  'backend-config': Flags.string({
    summary: 'where the state is kept (default: infra/environments/<env>.s3.tfbackend, else this machine)',
    helpValue: 'FILE',
  }),
  'migrate-state': Flags.boolean({ summary: 'move the state to the backend that is configured now' }),
  reconfigure: Flags.boolean({
    summary: 'use the backend that is configured now, and leave the state of the one before where it is',
    exclusive: ['migrate-state'],
  }),
};

export interface TerraformFlags extends TargetFlags {
  readonly confirm?: string | undefined;
  readonly var: readonly string[];
  readonly 'var-file': readonly string[];
  readonly 'backend-config'?: string | undefined;
  readonly 'migrate-state': boolean;
  readonly reconfigure: boolean;
  readonly 'no-input': boolean;
}

/** AWS shows some things a moment after they were made. */
export const PATIENCE: Patience = { tries: 6, pause: () => pause(1_000) };

/** What deploy and destroy share: the target, Terraform under its work folder, signals, and how agreement is had. */
export abstract class TerraformCommand<Answer extends object> extends OrdersCommand<Answer> {
  /** Who hears what Terraform says while it works. */
  protected onMessage: (message: UiMessage) => void = () => {};

  /** @throws Failure (usage) for `local`, and for a --confirm that names another environment */
  protected target(flags: TerraformFlags): Target {
    const target = deployTarget(flags, process.env, readConfiguration(process.cwd()));
    this.tell(`environment: ${this.clean(target.name)}`);
    if (flags.confirm === undefined || flags.confirm === target.name) return target;
    throw new Failure('usage', `--confirm ${flags.confirm} is not the name of environment ${target.name}`);
  }

  /** Opens, initialises, and closes whatever happens; Ctrl-C meanwhile stops Terraform in order. */
  protected async withTerraform<T>(
    target: Target,
    flags: TerraformFlags,
    use: (work: EnvironmentDeployment) => Promise<T>,
  ): Promise<T> {
    const asks = this.canAsk(flags) && process.stdin.isTTY && process.stderr.isTTY;
    const stops = new StopRequests({
      tell: (text) => this.tell(text),
      ...(asks ? { ask: (question: string) => this.agrees(question) } : {}),
    });
    const letGo = holdSignals((exit) => stops.handle(exit));
    try {
      const work = await openDeployment({
        target,
        env: process.env,
        dataFolder: dataFolder(process.env),
        packageRoot: packageRoot(),
        cwd: process.cwd(),
        vars: flags.var,
        varFiles: flags['var-file'],
        backendConfig: flags['backend-config'],
        stateChange: flags['migrate-state'] ? 'migrate' : flags.reconfigure ? 'reconfigure' : undefined,
        stopWishes: stops.wishes,
        onMessage: (message) => this.onMessage(message),
        now: () => Date.now(),
      });
      try {
        return await use(work);
      } finally {
        await work.close();
      }
    } finally {
      letGo();
    }
  }

  /** Shows that something is going on that takes a while. */
  protected async during<T>(text: string, work: () => Promise<T>): Promise<T> {
    const progress = this.progress(text);
    try {
      return await work();
    } finally {
      progress.stop();
    }
  }

  /** The environment's name, typed or given. @throws Failure (interrupted, usage) without it */
  protected async agreeByName(question: string, name: string, flags: TerraformFlags): Promise<void> {
    if (flags.confirm === name) return;
    const { confirmByName } = await import('./typed-confirmation.js');
    await confirmByName(question, name, { flag: `--confirm ${name}`, allowed: this.canAsk(flags) });
  }

  private canAsk(flags: TerraformFlags): boolean {
    return !flags['no-input'] && !this.jsonEnabled();
  }

  private async agrees(question: string): Promise<boolean> {
    return this.confirm(question, { flag: 'another signal' }).then(
      () => true,
      () => false,
    );
  }
}
