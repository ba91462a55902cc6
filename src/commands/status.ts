import { Args, Flags } from '@oclif/core';
import { Failure } from '../lib/cli/failure.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { renderTable } from '../lib/cli/table.js';
import type { Environment } from '../lib/environment/environment.js';
import { parseDuration } from '../lib/execution/duration.js';
import { isDriven } from '../lib/execution/driver-state.js';
import { exitOf } from '../lib/execution/execution.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { followExecution } from '../lib/execution/follow-execution.js';
import { resolveExecution, type FoundExecution } from '../lib/execution/resolve-execution.js';
import {
  failureLines,
  readStatus,
  statusLines,
  stateTable,
  type Status,
  type StatusAnswer,
} from '../lib/report/status-report.js';
import { changeLine, Redrawing, watchStatus, type WatchWish } from '../lib/report/watch-status.js';

export default class StatusCommand extends OrdersCommand<StatusAnswer> {
  static override summary = 'show where an order stands';
  static override description = `State, attempts and durations; when it failed the state that really failed, its error and cause, whether a redrive helps and until when, and the next command.
It answers with exit 0 whatever it found, unless --exit-status or --wait ask for the outcome.`;
  static override examples = [
    { description: 'By the id of the order:', command: '<%= config.bin %> status 1001' },
    {
      description: 'By ARN:',
      command: '<%= config.bin %> status arn:aws:states:us-east-1:000000000000:execution:order-processing:order-1001',
    },
    { description: 'In a script:', command: '<%= config.bin %> status 1001 --wait --timeout 10m --json' },
    { description: 'Look on:', command: '<%= config.bin %> status 1001 --watch' },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    'exit-status': Flags.boolean({ summary: 'exit by the status: 3 FAILED, 4 TIMED_OUT, 5 ABORTED, 6 RUNNING' }),
    wait: Flags.boolean({ char: 'w', summary: 'stay until the execution has ended, and exit by its outcome' }),
    watch: Flags.boolean({ summary: 'the same, and show every change', exclusive: ['wait'] }),
    timeout: Flags.string({ summary: 'stay so long at most; the execution goes on (exit 6)', helpValue: '10m' }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<StatusAnswer> {
    const { args, flags } = await this.parse(StatusCommand);
    const stays = flags.wait || flags.watch;
    if (flags.timeout !== undefined && !stays)
      throw new Failure('usage', `--timeout ${flags.timeout} goes with --wait or --watch`);
    const timeout = flags.timeout === undefined ? {} : { timeout: parseDuration(flags.timeout, 'timeout') };
    const environment = await this.environment();
    const calls = await executionCalls(environment);
    const found = await resolveExecution(calls, environment, args.order, flags.attempt);
    for (const remark of calls.expressLog.remarks.splice(0)) this.tell(this.clean(remark));
    if (stays && isDriven(environment, found.execution) === false) {
      this.tell('nobody drives this execution: orders start, orders redrive or orders local serve would');
    }
    const status = stays
      ? await this.stay(environment, found, { ...timeout, signal: this.interruption }, flags.watch)
      : await readStatus(environment, found, Date.now());
    // On a terminal the last picture of --watch is the answer.
    if (!flags.watch || !this.screen.terminal) this.line(await this.text(status));
    for (const step of status.answer.next) this.tell(`next: ${this.clean(step)}`);
    if (stays || flags['exit-status']) this.exitWith(exitOf(status.answer.status));
    return status.answer;
  }

  private async stay(
    environment: Environment,
    found: FoundExecution,
    wish: WatchWish,
    watch: boolean,
  ): Promise<Status> {
    if (watch) return watchStatus(environment, found, wish, this.screen.terminal ? this.redraw() : this.tellChanges());
    const { execution } = await followExecution(environment, found.execution.executionArn, {
      ...wish,
      until: 'end',
      drive: false,
    });
    return readStatus(environment, { ...found, execution }, Date.now());
  }

  private async text(status: Status): Promise<string> {
    const now = Date.now();
    const head = [...statusLines(status, now, this.style), ...failureLines(status, now, this.style)].join('\n');
    return `${head}\n\n${await renderTable(stateTable(status.answer.states, this.style), this.screen)}`.trimEnd();
  }

  private redraw(): (status: Status) => Promise<void> {
    const drawing = new Redrawing((text) => process.stdout.write(text), this.screen.width);
    return async (status) => {
      if (!this.jsonEnabled()) drawing.draw(`${await this.text(status)}\n`);
    };
  }

  private tellChanges(): (status: Status) => Promise<void> {
    let before: Status | undefined;
    return async (status) => {
      const line = changeLine(before, status, Date.now());
      before = status;
      if (line !== undefined) this.line(this.clean(line));
    };
  }
}
