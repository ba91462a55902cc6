import { Args, Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import type { Environment } from '../lib/environment/environment.js';
import { isDriven } from '../lib/execution/driver-state.js';
import { describeExecution, exitOf } from '../lib/execution/execution.js';
import { executionCalls, expressCompleteness } from '../lib/execution/execution-calls.js';
import { interruption } from '../lib/execution/follow-execution.js';
import { endOfExpress, followEvents } from '../lib/execution/follow-history.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { historyEvents } from '../lib/execution/read-history.js';
import { foldVisits } from '../lib/history/fold-visits.js';
import { readHistory, type ExecutionHistory } from '../lib/history/history-reader.js';
import { shownEvent } from '../lib/history/raw-event.js';
import { filterVisits } from '../lib/history/visit-filter.js';
import { inTreeOrder } from '../lib/history/visit-tree.js';
import { completenessLines } from '../lib/report/completeness-report.js';
import type { Completeness } from '../lib/logs/completeness.js';
import { eventLine } from '../lib/report/event-line.js';
import { FollowedHistory } from '../lib/report/followed-history.js';
import { attemptTable, endLines, runTable } from '../lib/report/history-report.js';
import { PayloadLines } from '../lib/report/payload-lines.js';
import { timelineLines } from '../lib/report/timeline-lines.js';

/** The head of what --json prints; `events` follow, as AWS gives them. */
export interface HistoryAnswer {
  readonly environment: string;
  readonly executionArn: string;
  readonly name: string;
  readonly orderId?: string;
  readonly attempt: number;
  readonly status: string;
  /** Express: how much of it the log tells. */
  readonly completeness?: Completeness;
}

type Events = AsyncIterable<object>;
type Payloads = 'none' | 'masked' | 'all';

export default class History extends OrdersCommand<HistoryAnswer> {
  static override summary = 'show what happened to an order';
  static override description = `States and their attempts with durations, and a timeline; redrives are runs of one history. Visits of a state that went well many times over are one row, unless --no-fold is given.
--json prints the raw events as AWS gives them, all pages of them. Payloads are left out without --data, and with it personal data is masked unless --show-pii is given.
--follow tells each step as it happens, ends when the execution ends, and exits by its outcome.`;
  static override examples = [
    { description: 'States, attempts and a timeline:', command: '<%= config.bin %> history 1001' },
    { description: 'Only what went wrong:', command: '<%= config.bin %> history 1001 --failed' },
    { description: 'As it happens:', command: '<%= config.bin %> history 1001 --follow' },
    {
      description: 'What a state was given and what it gave:',
      command: '<%= config.bin %> history 1001 --state ChargePayment --data',
    },
    {
      description: 'Raw events, for jq:',
      command: "<%= config.bin %> history 1001 --json | jq '.events[].type'",
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    events: Flags.boolean({ summary: 'raw events, one a line' }),
    follow: Flags.boolean({ summary: 'go on until the execution has ended, and exit by its outcome' }),
    failed: Flags.boolean({ summary: 'only states with an attempt that failed' }),
    state: Flags.string({ summary: 'only this state', helpValue: 'NAME' }),
    item: Flags.integer({ summary: 'only this item of a Map, counted from 1', helpValue: 'N', min: 1 }),
    timeline: Flags.boolean({ summary: 'bars of the states over time', allowNo: true, default: true }),
    fold: Flags.boolean({ summary: 'one row for many visits that went well', allowNo: true, default: true }),
    data: Flags.boolean({ summary: 'inputs and outputs, personal data masked' }),
    'show-pii': Flags.boolean({ summary: 'do not mask personal data', dependsOn: ['data'] }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<HistoryAnswer> {
    const { args, flags } = await this.parse(History);
    const environment = await this.environment();
    const sfn = await executionCalls(environment);
    const found = await resolveExecution(sfn, environment, args.order, flags.attempt);
    const { orderId, attempt } = found;
    const execution = flags.follow
      ? await endOfExpress(environment, found.execution, this.interruption)
      : found.execution;
    const { executionArn, name, status } = execution;
    const head = { environment: environment.name, executionArn, name };
    const completeness = await expressCompleteness(sfn, executionArn);
    const express = completeness === undefined ? {} : { completeness };
    const answer = { ...head, ...(orderId === undefined ? {} : { orderId }), attempt, status, ...express };
    for (const remark of sfn.expressLog.remarks.splice(0)) this.tell(this.clean(remark));
    if (completeness !== undefined) for (const line of completenessLines(completeness)) this.tell(line);
    const read = (data: boolean): Events => historyEvents(sfn, executionArn, { data });
    const payloads = flags['show-pii'] ? 'all' : flags.data ? 'masked' : 'none';
    if (flags.follow && isDriven(environment, execution) === false)
      this.tell('nobody drives this execution: orders start, orders redrive or orders local serve would');
    const events = flags.follow
      ? followEvents(environment, found, { data: flags.data, signal: this.interruption })
      : read(flags.data);
    if (this.jsonEnabled()) {
      await this.stream(answer, events, payloads);
    } else if (flags.events) {
      for await (const event of events) this.line(eventLine(shownEvent(event, payloads)));
    } else if (flags.follow) {
      const followed = new FollowedHistory(flags, payloads, this.style);
      for await (const event of events) for (const line of followed.lines(event)) this.line(line);
      for (const line of endLines(followed.history(), this.style)) this.line(line);
    } else {
      const history = await readHistory(events);
      await this.show(history, { ...flags, now: Date.now() }, read);
    }
    if (flags.follow) await this.exitByOutcome(environment, executionArn);
    return answer;
  }

  private async show(
    history: ExecutionHistory,
    wish: {
      failed: boolean;
      state: string | undefined;
      item: number | undefined;
      timeline: boolean;
      fold: boolean;
      data: boolean;
      'show-pii': boolean;
      now: number;
    },
    read: (data: boolean) => Events,
  ): Promise<void> {
    const visits = inTreeOrder(filterVisits(history.visits, wish));
    const rows = foldVisits(visits, wish.now, wish.fold ? undefined : Number.POSITIVE_INFINITY);
    const runs = runTable(history.runs, wish.now, this.style);
    if (runs !== undefined) {
      await this.table(runs);
      this.line();
    }
    await this.table(attemptTable(rows, history, wish.now, this.style));
    if (wish.timeline && rows.length > 0)
      for (const line of ['', ...timelineLines(rows, history, wish.now, this.style)]) this.line(line);
    if (wish.data) {
      this.line();
      // Read once more, to keep none of them: payloads may be thousands of times larger than all else.
      const payloads = new PayloadLines(visits, wish['show-pii'], this.style);
      for await (const event of read(true)) for (const line of payloads.lines(event)) this.line(line);
    }
    this.line();
    for (const line of endLines(history, this.style)) this.line(line);
    if (history.unknownTypes.length > 0)
      this.tell(`events of a type this version does not know: ${this.clean(history.unknownTypes.join(', '))}`);
  }

  private async exitByOutcome(environment: Environment, executionArn: string): Promise<void> {
    const execution = await describeExecution(await executionCalls(environment), executionArn);
    if (this.interruption.aborted) throw interruption(environment, execution, this.interruption.reason);
    this.exitWith(exitOf(execution.status));
  }

  /** One document, written as it arrives: a history may be larger than what one wants to hold. */
  private async stream(answer: HistoryAnswer, events: Events, payloads: Payloads): Promise<void> {
    const { writeJsonStream } = await import('../lib/report/json-stream.js');
    await writeJsonStream(process.stdout, answer, 'events', events, (event) => shownEvent(event, payloads));
  }

  /** The document is on its way already. */
  protected override logJson(json: unknown): void {
    if (typeof json === 'object' && json !== null && 'error' in json) super.logJson(json);
  }
}
