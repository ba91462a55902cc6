import { Args, Flags } from '@oclif/core';
import { batchTarget } from '../lib/bulk/batch-target.js';
import { parseRate } from '../lib/bulk/pace.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { BATCH_FLAGS } from '../lib/cli/selection-flags.js';
import type { Environment } from '../lib/environment/environment.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { hasEnded, type Status } from '../lib/execution/execution.js';
import { pauseFor } from '../lib/execution/follow-execution.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { assertReason, stopExecution } from '../lib/execution/stop-execution.js';
import { actMany, type ActManyWish } from '../lib/report/act-many.js';
import type { BulkSummary, PlanAnswer } from '../lib/report/bulk-report.js';
import { referenceOf } from '../lib/report/next-step.js';

interface StopAnswer {
  readonly environment: string;
  readonly executionArn: string;
  readonly orderId?: string;
  readonly attempt: number;
  /** false: it had ended before, and nothing was done. */
  readonly stopped: boolean;
  readonly status: Status;
  readonly stopDate?: Date;
}

const RUNNING = ['RUNNING'] as const;

export default class Stop extends OrdersCommand<StopAnswer | BulkSummary | PlanAnswer> {
  static override summary = 'stop executions';
  static override description = `The execution ends as ABORTED. Nothing is undone by it: stock may stay reserved and a payment authorised, and a function that runs goes on to its end.
A stopped execution can be redriven for 14 days. Stopping what has ended already does nothing.
Several executions, or a selection of those that run, are shown in groups before they are stopped.`;
  static override examples = [
    {
      description: 'With a reason, which stands in its history:',
      command: '<%= config.bin %> stop 1001 --reason "customer called"',
    },
    { description: 'In a script:', command: '<%= config.bin %> stop 1001 --yes' },
    {
      description: 'Everything that was started before noon and still runs:',
      command: '<%= config.bin %> stop --until 2026-11-22T12:00:00Z --reason "wrong price list" --yes',
    },
  ];
  static override args = {
    order: Args.string({
      multiple: true,
      description: 'id of an order, or ARN of its execution; several are possible',
    }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    reason: Flags.string({
      summary: 'why; kept as the cause of the abort',
      helpValue: 'TEXT',
      default: 'stopped with orders stop',
    }),
    'dry-run': Flags.boolean({ summary: 'show what would be stopped, and do nothing' }),
    status: Flags.option({
      options: RUNNING,
      multiple: true,
      multipleNonGreedy: true,
      summary: 'all that run',
      helpGroup: 'MANY',
    })(),
    ...BATCH_FLAGS,
  };

  override async run(): Promise<StopAnswer | BulkSummary | PlanAnswer> {
    const { args, flags } = await this.parse(Stop);
    const target = batchTarget(
      { ...flags, names: args.order ?? [], fromFile: flags['from-file'] },
      RUNNING,
      Date.now(),
    );
    const rate = flags.rate === undefined ? undefined : parseRate(flags.rate);
    const { reason, 'dry-run': dryRun } = flags;
    assertReason(reason);
    const environment = await this.environment();
    if (target.kind === 'one') return this.stopOne(environment, target.name, flags);
    const wish: ActManyWish = {
      kind: 'stop',
      force: false,
      dryRun,
      wait: false,
      rate,
      reason,
      prepare: () => {},
      stdin: process.stdin,
    };
    const voice = this.actVoice(flags.yes);
    const answer = await actMany(environment, target, flags.journal, wish, voice);
    if ('exit' in answer) this.exitWith(answer.exit);
    return answer;
  }

  private async stopOne(
    environment: Environment,
    name: string,
    flags: {
      readonly attempt?: number | undefined;
      readonly reason: string;
      readonly yes: boolean;
      readonly 'dry-run': boolean;
    },
  ): Promise<StopAnswer> {
    const sfn = await executionCalls(environment);
    const found = await resolveExecution(sfn, environment, name, flags.attempt);
    const { execution, orderId, attempt } = found;
    const about = {
      environment: environment.name,
      executionArn: execution.executionArn,
      ...(orderId === undefined ? {} : { orderId }),
      attempt,
    };
    if (hasEnded(execution.status)) {
      this.line(`${this.clean(execution.name)} has ended before: ${execution.status}`);
      return {
        ...about,
        stopped: false,
        status: execution.status,
        ...(execution.stopDate ? { stopDate: execution.stopDate } : {}),
      };
    }
    if (flags['dry-run']) {
      this.line(`${this.clean(execution.name)} is ${execution.status} and would be stopped`);
      return { ...about, stopped: false, status: execution.status };
    }
    if (!flags.yes) await this.confirm(`Stop ${this.clean(execution.name)} in ${environment.name}?`, { flag: '--yes' });
    const after = await stopExecution(sfn, execution.executionArn, flags.reason, () => pauseFor(500));
    this.line(`${this.clean(execution.name)} is stopped: ${after.status}`);
    const reference = referenceOf(found);
    this.tell(
      `next: ${environment.here(`orders status ${reference}`)} shows what is open; ${environment.here(`orders redrive ${reference}`)} goes on with it`,
    );
    return {
      ...about,
      stopped: after.status === 'ABORTED',
      status: after.status,
      ...(after.stopDate ? { stopDate: after.stopDate } : {}),
    };
  }
}
