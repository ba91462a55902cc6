import { randomBytes } from 'node:crypto';
import { Flags } from '@oclif/core';
import { openOrders } from '../lib/bulk/open-orders.js';
import { parseRate } from '../lib/bulk/pace.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { LOCAL_RUN_FLAGS, WAIT_FLAGS } from '../lib/cli/shared-flags.js';
import { startArnOf, type Environment } from '../lib/environment/environment.js';
import { parseDuration } from '../lib/execution/duration.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { describeExecution } from '../lib/execution/execution.js';
import { localPreparation } from '../lib/execution/local-faults.js';
import { planStart, startOrder, type StartPlan, type StartResult } from '../lib/execution/start-order.js';
import type { BulkSummary } from '../lib/report/bulk-report.js';
import { scratchFolder, startMany } from '../lib/report/start-many.js';
import { adoptAbandoned, followWithProgress } from '../lib/report/follow-report.js';
import { differenceTable, verdictText, type StartAnswer } from '../lib/report/start-report.js';
import { failureLines, readStatus, statusLines, type StatusAnswer } from '../lib/report/status-report.js';

export default class Start extends OrdersCommand<StartAnswer | BulkSummary> {
  static override summary = 'start an order, or many';
  static override description = `Reads one order (a JSON object), checks all of it, and starts the workflow under a name that follows from the order's id.
Starting the same order again starts nothing: it says whether the order is running or how it ended. Another content under the same id is a conflict (exit 8).
An order that failed for a business reason is started again with --attempt 2, 3 ...
Many orders are given as a JSON list, or one a line. Each gets a line of the answer, faulty ones are named and left out (exit 12: only a part succeeded). An interrupted run goes on where it was when the same command is given again.
In the local environment the order is driven at once, until it ends or waits for more than 2 seconds. Exit 3, 4, 5: it ended as FAILED, TIMED_OUT, ABORTED.`;
  static override examples = [
    { description: 'Start an order:', command: '<%= config.bin %> start --file order.json' },
    {
      description: 'Stay until it has ended, ten minutes at most:',
      command: '<%= config.bin %> start --file order.json --wait --timeout 10m',
    },
    {
      description: 'Start many, 20 a second at most:',
      command: '<%= config.bin %> start --file many.ndjson --rate 20',
    },
    {
      description: 'Only show what would be sent, and where to:',
      command: '<%= config.bin %> start --file order.json --dry-run',
    },
    {
      description: 'See a retry, locally:',
      command:
        '<%= config.bin %> start --file order.json --inject CheckInventory:TransientDependencyError*2 --fast-forward',
    },
    {
      description: 'Start again after a declined payment:',
      command: '<%= config.bin %> start --file order.json --attempt 2',
    },
  ];
  static override flags = {
    file: Flags.string({
      char: 'f',
      required: true,
      summary: 'file with the order, or with many; - for standard input',
      helpValue: 'FILE',
    }),
    ...WAIT_FLAGS,
    attempt: Flags.integer({
      summary: 'number of the attempt, after a business failure',
      default: 1,
      min: 1,
      max: 999,
    }),
    'dry-run': Flags.boolean({ summary: 'show name, input and target, and send nothing' }),
    rate: Flags.string({
      summary: "many: so many a second at most (default: the account's quota less a margin)",
      helpValue: 'N',
    }),
    ...LOCAL_RUN_FLAGS,
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<StartAnswer | BulkSummary> {
    const { flags } = await this.parse(Start);
    const rate = flags.rate === undefined ? undefined : parseRate(flags.rate);
    const timeout = flags.timeout === undefined ? {} : { timeout: parseDuration(flags.timeout, 'timeout') };
    const opened = await openOrders(flags.file, flags.attempt, process.stdin, scratchFolder(process.env));
    const environment = await this.environment();
    const prepare = await localPreparation(environment, { inject: flags.inject, fastForward: flags['fast-forward'] });
    if (opened.kind === 'many') {
      const { attempt, wait, 'dry-run': dryRun } = flags;
      try {
        const summary = await startMany(
          environment,
          opened.file,
          { ...timeout, attempt, wait, dryRun, rate, prepare },
          this.voice(),
        );
        this.exitWith(summary.exit);
        await adoptAbandoned(environment, this.voice());
        return summary;
      } finally {
        await opened.close();
      }
    }
    const { order } = opened;
    const plan = planStart(startArnOf(environment), order);
    if (flags['dry-run']) return this.showPlan(environment, plan, order);

    prepare(plan.name);
    const marker = randomBytes(16).toString('hex');
    const result = await startOrder(await executionCalls(environment), plan, order, { now: Date.now, marker });
    this.tell(verdictText(result));
    if (result.verdict !== 'started' && (flags.inject.length > 0 || flags['fast-forward']))
      this.tell('--inject and --fast-forward have no effect');
    if (result.verdict === 'conflict') return this.showConflict(environment, result);
    const stays = flags.wait || environment.kind === 'local';
    if (!stays && result.verdict !== 'finished') return this.showStarted(environment, result);

    const wish = {
      ...timeout,
      wait: flags.wait,
      signal: this.interruption,
      tell: (line: string) => this.tell(this.clean(line)),
      progress: (text: string) => this.progress(text),
    };
    this.exitWith(await followWithProgress(environment, result.executionArn, wish));
    const answer = await this.showOutcome(environment, result);
    await adoptAbandoned(environment, wish);
    return answer;
  }

  private showPlan(
    environment: Environment,
    plan: StartPlan,
    order: { orderId: string; attempt: number; input: string },
  ): StartAnswer {
    this.line(`name     ${plan.name}`);
    this.line(`machine  ${plan.stateMachineArn}`);
    this.line(`input    ${this.clean(order.input)}`);
    this.tell('nothing was sent');
    return { environment: environment.name, verdict: 'dry-run', ...plan, ...order };
  }

  private async showConflict(environment: Environment, result: StartResult): Promise<StartAnswer> {
    await this.table(differenceTable(result.differences ?? []));
    this.tell(
      `next: give the order an id of its own, or look at the one there is: ${environment.here(`orders status ${result.executionArn}`)}`,
    );
    this.exitWith('conflict');
    return { environment: environment.name, ...result };
  }

  private showStarted(environment: Environment, result: StartResult): StartAnswer {
    this.line(result.executionArn);
    this.tell(`next: ${environment.here(`orders status ${result.executionArn} --wait`)}`);
    return { environment: environment.name, ...result };
  }

  private async showOutcome(environment: Environment, result: StartResult): Promise<StartAnswer & StatusAnswer> {
    const execution = await describeExecution(await executionCalls(environment), result.executionArn);
    const now = Date.now();
    const { orderId, attempt, verdict } = result;
    const status = await readStatus(environment, { execution, orderId, attempt, newest: verdict === 'started' }, now);
    for (const line of statusLines(status, now, this.style)) this.line(line);
    for (const line of failureLines(status, now, this.style)) this.line(line);
    for (const step of status.answer.next) this.tell(`next: ${this.clean(step)}`);
    return { ...status.answer, verdict, orderId };
  }
}
