import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { batchTarget, type BatchTargetKind } from '../lib/bulk/batch-target.js';
import { parseRate } from '../lib/bulk/pace.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { BATCH_FLAGS } from '../lib/cli/selection-flags.js';
import { LOCAL_RUN_FLAGS, WAIT_FLAGS } from '../lib/cli/shared-flags.js';
import type { Environment } from '../lib/environment/environment.js';
import { parseDuration } from '../lib/execution/duration.js';
import { describeExecution } from '../lib/execution/execution.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { pauseFor } from '../lib/execution/follow-execution.js';
import { localPreparation, type PrepareLocal } from '../lib/execution/local-faults.js';
import { redriveExecution } from '../lib/execution/redrive-execution.js';
import { assertRedrivable } from '../lib/execution/redrive-verdict.js';
import { resolveExecution, type FoundExecution } from '../lib/execution/resolve-execution.js';
import { actMany, recordOne, type ActManyWish } from '../lib/report/act-many.js';
import type { BulkSummary, PlanAnswer } from '../lib/report/bulk-report.js';
import { adoptAbandoned, followWithProgress } from '../lib/report/follow-report.js';
import { failureLines, readStatus, statusLines, type Status, type StatusAnswer } from '../lib/report/status-report.js';

/** `redriven` false: a dry run. */
type RedriveAnswer = StatusAnswer & { readonly redriven: boolean; readonly reason?: string };

/** What a selection means that names no status. */
const FAILED = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

export default class Redrive extends OrdersCommand<RedriveAnswer | BulkSummary | PlanAnswer> {
  static override summary = 'go on with executions from where they failed';
  static override description = `Checks first: is it redrivable, until when, does it end in a Fail state (then a redrive cannot help and is refused without --force), has the definition changed since. Exit 9: not redrivable.
States that succeeded are not run again. Afterwards it makes sure that the redrive has begun; in the local environment it drives it, too.
Several executions, or a selection of those that failed: they are looked at one by one, shown in groups, and redriven each exactly once, even if the work is killed and resumed. What cannot be redriven, or would not be helped, is left alone (exit 12: only a part succeeded).`;
  static override examples = [
    { description: 'Only check:', command: '<%= config.bin %> redrive 1001 --dry-run' },
    {
      description: 'Redrive, and stay until it has ended:',
      command: '<%= config.bin %> redrive 1001 --wait --timeout 10m',
    },
    {
      description: 'Look at what failed in one state lately:',
      command: '<%= config.bin %> redrive --since 2h --state FulfillOrder --dry-run',
    },
    {
      description: 'Redrive all of it:',
      command: '<%= config.bin %> redrive --status FAILED --since 2h --yes --reason "stock service is back"',
    },
    { description: 'Go on after an interruption:', command: '<%= config.bin %> redrive --resume' },
  ];
  static override args = {
    order: Args.string({
      multiple: true,
      description: 'id of an order, or ARN of its execution; several are possible',
    }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    'dry-run': Flags.boolean({ summary: 'check, and do nothing' }),
    force: Flags.boolean({ summary: 'even if it ended in a Fail state' }),
    reason: Flags.string({ summary: 'why; kept in the journal and in the answer', helpValue: 'TEXT' }),
    status: Flags.option({
      options: FAILED,
      multiple: true,
      multipleNonGreedy: true,
      summary: 'those with this status (default: all three)',
      helpGroup: 'MANY',
    })(),
    ...BATCH_FLAGS,
    ...WAIT_FLAGS,
    ...LOCAL_RUN_FLAGS,
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<RedriveAnswer | BulkSummary | PlanAnswer> {
    const { args, flags } = await this.parse(Redrive);
    const target = batchTarget({ ...flags, names: args.order ?? [], fromFile: flags['from-file'] }, FAILED, Date.now());
    const rate = flags.rate === undefined ? undefined : parseRate(flags.rate);
    const timeout = flags.timeout === undefined ? {} : { timeout: parseDuration(flags.timeout, 'timeout') };
    const environment = await this.environment();
    const prepare = await localPreparation(environment, { inject: flags.inject, fastForward: flags['fast-forward'] });
    if (target.kind === 'one') return this.redriveOne(environment, target.name, { ...flags, ...timeout, prepare });
    const { force, wait, reason, 'dry-run': dryRun } = flags;
    const wish: ActManyWish = {
      kind: 'redrive',
      force,
      dryRun,
      wait,
      rate,
      reason,
      prepare,
      stdin: process.stdin,
      ...timeout,
    };
    return this.redriveMany(environment, target, wish, flags);
  }

  private async redriveMany(
    environment: Environment,
    target: Exclude<BatchTargetKind, { kind: 'one' }>,
    wish: ActManyWish,
    { yes, journal }: { readonly yes: boolean; readonly journal?: string | undefined },
  ): Promise<BulkSummary | PlanAnswer> {
    const voice = this.actVoice(yes);
    const answer = await actMany(environment, target, journal, wish, voice);
    if ('exit' in answer) {
      this.exitWith(answer.exit);
      await adoptAbandoned(environment, voice);
    }
    return answer;
  }

  private async redriveOne(
    environment: Environment,
    name: string,
    flags: {
      readonly attempt?: number | undefined;
      readonly 'dry-run': boolean;
      readonly force: boolean;
      readonly wait: boolean;
      readonly timeout?: number | string | undefined;
      readonly reason?: string | undefined;
      readonly prepare: PrepareLocal;
    },
  ): Promise<RedriveAnswer> {
    const timeout = typeof flags.timeout === 'number' ? { timeout: flags.timeout } : {};
    const reason = flags.reason === undefined ? {} : { reason: flags.reason };
    const sfn = await executionCalls(environment);
    const found = await resolveExecution(sfn, environment, name, flags.attempt);
    const before = await readStatus(environment, found, Date.now());
    assertRedrivable(before.answer.redrive, {
      name: found.execution.name,
      force: flags.force,
      next: before.answer.next,
    });
    for (const warning of before.answer.redrive.warnings) this.tell(warning);
    if (flags['dry-run']) return { ...this.show(before), redriven: false };

    const { executionArn } = found.execution;
    flags.prepare(found.execution.name);
    const after = await redriveExecution(sfn, found.execution, randomUUID(), () => pauseFor(500));
    if (flags.reason !== undefined) await recordOne(environment, found, after, flags.reason);
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
    return { ...answer, ...reason, redriven: true };
  }

  private async now(environment: Environment, found: FoundExecution): Promise<Status> {
    const execution = await describeExecution(await executionCalls(environment), found.execution.executionArn);
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
