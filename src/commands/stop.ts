import { Args, Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { hasEnded, type Status } from '../lib/execution/execution.js';
import { pauseFor } from '../lib/execution/follow-execution.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { stopExecution } from '../lib/execution/stop-execution.js';
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

export default class Stop extends OrdersCommand<StopAnswer> {
  static override summary = 'stop an execution';
  static override description = `The execution ends as ABORTED. Nothing is undone by it: stock may stay reserved and a payment authorised, and a function that runs goes on to its end.
A stopped execution can be redriven for 14 days. Stopping what has ended already does nothing.`;
  static override examples = [
    {
      description: 'With a reason, which stands in its history:',
      command: '<%= config.bin %> stop 1001 --reason "customer called"',
    },
    { description: 'In a script:', command: '<%= config.bin %> stop 1001 --yes' },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    reason: Flags.string({
      summary: 'why; kept as the cause of the abort',
      helpValue: 'TEXT',
      default: 'stopped with orders stop',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
  };

  override async run(): Promise<StopAnswer> {
    const { args, flags } = await this.parse(Stop);
    const environment = await this.environment();
    const sfn = await environment.clients.sfn();
    const found = await resolveExecution(sfn, environment, args.order, flags.attempt);
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
    if (!flags.yes) await this.confirm(`Stop ${this.clean(execution.name)} in ${environment.name}?`, { flag: '--yes' });
    const after = await stopExecution(sfn, execution.executionArn, flags.reason, () => pauseFor(500));
    this.line(`${this.clean(execution.name)} is stopped: ${after.status}`);
    this.tell(
      `next: orders status ${referenceOf(found)} shows what is open; orders redrive ${referenceOf(found)} goes on with it`,
    );
    return {
      ...about,
      stopped: after.status === 'ABORTED',
      status: after.status,
      ...(after.stopDate ? { stopDate: after.stopDate } : {}),
    };
  }
}
