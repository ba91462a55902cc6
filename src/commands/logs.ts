import { once } from 'node:events';
import { Args, Flags } from '@oclif/core';
import { jsonText } from '../lib/cli/json-text.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { isDriven } from '../lib/execution/driver-state.js';
import { parseSince } from '../lib/execution/duration.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { describeExecution, hasEnded, type Execution } from '../lib/execution/execution.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import type { Verdict } from '../lib/logs/completeness.js';
import { LEVELS } from '../lib/logs/function-line.js';
import type { Span } from '../lib/logs/id-sequence.js';
import { judgeOrderLog } from '../lib/logs/judge-order-log.js';
import { aheadOf, isLocal, openOrderLog } from '../lib/logs/open-order-log.js';
import { lateWindow } from '../lib/logs/read-order-lines.js';
import { lineAnswer, lineText, missingText, type LineAnswer } from '../lib/report/logs-report.js';
import { levelSentence } from '../lib/logs/express-log.js';

/** The last object of `logs --json`; one object a line goes before it. */
interface LogsAnswer {
  readonly end: {
    readonly environment: string;
    readonly executionArn: string;
    readonly orderId?: string;
    readonly attempt: number;
    readonly status: Execution['status'];
    readonly lines: number;
    /** Whether all of the execution's events were in its log. */
    readonly verdict: Verdict;
    /** Ids of events that were not: first and last of each run. */
    readonly missing: readonly Span[];
    readonly remarks: readonly string[];
  };
}

export default class Logs extends OrdersCommand<LogsAnswer> {
  static override summary = 'show the log lines of an order';
  static override description = `The state machine's log and the functions' lines of this order only, merged in time, with the state and the attempt they belong to. Lines are found by order id, execution ARN and request id.
Each line comes once; lines that are missing from the execution's log are named. Personal data is masked unless --show-pii is given. --json prints one object a line, and one about the whole at the end.`;
  static override examples = [
    { description: 'All lines of an order:', command: '<%= config.bin %> logs 1001' },
    { description: 'What one function said:', command: '<%= config.bin %> logs 1001 --function charge-payment' },
    { description: 'Warnings and errors, as they come:', command: '<%= config.bin %> logs 1001 --follow --level WARN' },
    {
      description: 'For a script:',
      command: "<%= config.bin %> logs 1001 --json | jq -r 'select(.fields) | .fields.message'",
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    follow: Flags.boolean({ summary: 'go on with what comes, until the execution has ended' }),
    state: Flags.string({ summary: 'only lines of this state', helpValue: 'NAME' }),
    function: Flags.string({ summary: 'only lines of this function', helpValue: 'NAME' }),
    level: Flags.option({ options: LEVELS.map((level) => level), summary: 'of this level, and graver' })(),
    filter: Flags.string({ summary: 'only lines that hold this text, whatever its case', helpValue: 'TEXT' }),
    since: Flags.string({ summary: 'not before: a span back from now, or a time', helpValue: '10m' }),
    'show-pii': Flags.boolean({ summary: 'do not mask personal data' }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<LogsAnswer> {
    const { args, flags } = await this.parse(Logs);
    const now = Date.now();
    const since = flags.since === undefined ? {} : { since: parseSince(flags.since, now) };
    const environment = await this.environment();
    const calls = await executionCalls(environment);
    const found = await resolveExecution(calls, environment, args.order, flags.attempt);
    const { orderId, attempt } = found;
    let { execution } = found;
    const functionName = flags.function === undefined ? {} : { functionName: flags.function };
    const opened = await openOrderLog(environment, found, { ...since, ...functionName }, now);
    const { log, range, machineLog } = opened;
    const remarks: string[] = [];
    const remark = (text: string): void => {
      remarks.push(text);
      this.tell(this.clean(text));
    };
    for (const text of calls.expressLog.remarks.splice(0)) remark(text);
    if (opened.scope.functions.length === 0) {
      remark(
        flags.function === undefined
          ? 'no functions are known to belong to this state machine'
          : `this state machine has no function ${flags.function}`,
      );
    }
    if (machineLog !== undefined && machineLog.level !== 'ALL') remark(levelSentence(machineLog));
    if (flags.follow && isDriven(environment, execution) === false)
      remark('nobody drives this execution: orders start, orders redrive or orders local serve would');

    const shown = flags.follow
      ? log.follow(range.from, {
          hasEnded: async () => {
            execution = await describeExecution(calls, execution.executionArn);
            return hasEnded(execution.status);
          },
          signal: this.interruption,
          late: lateWindow(isLocal(execution.executionArn)),
          ahead: aheadOf(execution.executionArn),
        })
      : log.read(range);
    const known = [orderId ?? '', execution.name];
    const wish = { ...flags, showPii: flags['show-pii'], known };
    let lines = 0;
    let end = false;
    for await (const one of shown) {
      end ||= /^Execution(?:Succeeded|Failed|TimedOut|Aborted)$/u.test(one.line.event?.type ?? '');
      if (one.line.event?.type === 'ExecutionRedriven') end = false;
      if (flags.function !== undefined && one.line.event !== undefined) continue;
      const answer = lineAnswer(one, wish);
      if (answer === undefined) continue;
      lines += 1;
      await this.write(answer);
    }
    if (flags.follow && this.interruption.aborted) throw this.interruption.reason;
    const { verdict, missing } = judgeOrderLog(
      machineLog,
      opened.ids,
      execution,
      { end, partly: flags.since !== undefined },
      Date.now(),
    );
    for (const [group, reason] of log.unreadable) remark(`${group}: ${reason}`);
    const lost = missingText(verdict, missing);
    if (lost !== undefined) remark(lost);
    if (lines === 0) this.tell('no lines');
    const about = {
      environment: environment.name,
      executionArn: execution.executionArn,
      ...(orderId === undefined ? {} : { orderId }),
    };
    return { end: { ...about, attempt, status: execution.status, lines, verdict, missing, remarks } };
  }

  /** Waits for a slow reader. */
  private async write(answer: LineAnswer): Promise<void> {
    const text = this.jsonEnabled() ? jsonText(answer) : lineText(answer, this.style);
    if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
  }

  /** One object a line; an error stands as everywhere. */
  protected override logJson(json: unknown): void {
    process.stdout.write(`${jsonText(json)}\n`);
  }
}
