import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { LOCAL_RUN_FLAGS, WAIT_FLAGS } from '../lib/cli/shared-flags.js';
import type { Environment } from '../lib/environment/environment.js';
import { parseDuration } from '../lib/execution/duration.js';
import { describeExecution } from '../lib/execution/execution.js';
import { pauseFor } from '../lib/execution/follow-execution.js';
import { localPreparation } from '../lib/execution/local-faults.js';
import { redriveExecution } from '../lib/execution/redrive-execution.js';
import { assertRedrivable } from '../lib/execution/redrive-verdict.js';
import { resolveExecution, type FoundExecution } from '../lib/execution/resolve-execution.js';
import { adoptAbandoned, followWithProgress } from '../lib/report/follow-report.js';
import { failureLines, readStatus, statusLines, type Status, type StatusAnswer } from '../lib/report/status-report.js';

/** `redriven` false: a dry run. */
type RedriveAnswer = StatusAnswer & { readonly redriven: boolean };

export default class Redrive extends OrdersCommand<RedriveAnswer> {
  static override summary = 'go on with an execution from where it failed';
  static override description = `Checks first: is it redrivable, until when, does it end in a Fail state (then a redrive cannot help and is refused without --force), has the definition changed since. Exit 9: not redrivable.
States that succeeded are not run again. Afterwards it makes sure that the redrive has begun; in the local environment it drives it, too.`;
  static override examples = [
    { description: 'Only check:', command: '<%= config.bin %> redrive 1001 --dry-run' },
    {
      description: 'Redrive, and stay until it has ended:',
      command: '<%= config.bin %> redrive 1001 --wait --timeout 10m',
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    'dry-run': Flags.boolean({ summary: 'check, and do nothing' }),
    force: Flags.boolean({ summary: 'even if it ended in a Fail state' }),
    ...WAIT_FLAGS,
    ...LOCAL_RUN_FLAGS,
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<RedriveAnswer> {
    const { args, flags } = await this.parse(Redrive);
    const timeout = flags.timeout === undefined ? {} : { timeout: parseDuration(flags.timeout, 'timeout') };
    const environment = await this.environment();
    const sfn = await environment.clients.sfn();
    const prepare = await localPreparation(environment, { inject: flags.inject, fastForward: flags['fast-forward'] });
    const found = await resolveExecution(sfn, environment, args.order, flags.attempt);
    const before = await readStatus(environment, found, Date.now());
    assertRedrivable(before.answer.redrive, {
      name: found.execution.name,
      force: flags.force,
      next: before.answer.next,
    });
    for (const warning of before.answer.redrive.warnings) this.tell(warning);
    if (flags['dry-run']) return { ...this.show(before), redriven: false };

    const { executionArn } = found.execution;
    prepare(found.execution.name);
    const after = await redriveExecution(sfn, found.execution, randomUUID(), () => pauseFor(500));
    this.tell(`redrive ${after.redriveCount} of ${this.clean(after.name)} has begun`);
    const wish = {
      ...timeout,
      wait: flags.wait,
      signal: this.interruption,
      tell: (line: string) => this.tell(this.clean(line)),
      progress: (text: string) => this.progress(text),
    };
    if (flags.wait || environment.local) {
      this.exitWith(await followWithProgress(environment, executionArn, wish));
    }
    const answer = this.show(await this.now(environment, found));
    await adoptAbandoned(environment, wish);
    return { ...answer, redriven: true };
  }

  private async now(environment: Environment, found: FoundExecution): Promise<Status> {
    const execution = await describeExecution(await environment.clients.sfn(), found.execution.executionArn);
    return readStatus(environment, { ...found, execution }, Date.now());
  }

  private show(status: Status): StatusAnswer {
    const now = Date.now();
    for (const line of [...statusLines(status, now, this.style), ...failureLines(status, now, this.style)])
      this.line(line);
    for (const step of status.answer.next) this.tell(`next: ${this.clean(step)}`);
    return status.answer;
  }
}
