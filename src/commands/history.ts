import { Args, Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { resolveExecution } from '../lib/execution/resolve-execution.js';
import { historyEvents } from '../lib/execution/read-history.js';
import { readHistory, type ExecutionHistory } from '../lib/history/history-reader.js';
import { shownEvent } from '../lib/history/raw-event.js';
import { filterVisits } from '../lib/history/visit-filter.js';
import { eventLine } from '../lib/report/event-line.js';
import { attemptTable, dataLines, timelineLines } from '../lib/report/history-report.js';
import { rootCauseLines } from '../lib/report/root-cause-report.js';
import { outcomeText } from '../lib/report/style.js';

/** The head of what --json prints; `events` follow, as AWS gives them. */
export interface HistoryAnswer {
  readonly environment: string;
  readonly executionArn: string;
  readonly name: string;
  readonly orderId?: string;
  readonly attempt: number;
  readonly status: string;
}

export default class History extends OrdersCommand<HistoryAnswer> {
  static override summary = 'show what happened to an order';
  static override description = `States and their attempts with durations, and a timeline; redrives are runs of one history.
--json prints the raw events as AWS gives them, all pages of them. Payloads are left out without --data, and with it personal data is masked unless --show-pii is given.`;
  static override examples = [
    { description: 'States, attempts and a timeline:', command: '<%= config.bin %> history 1001' },
    { description: 'Only what went wrong:', command: '<%= config.bin %> history 1001 --failed' },
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
    failed: Flags.boolean({ summary: 'only states with an attempt that failed' }),
    state: Flags.string({ summary: 'only this state', helpValue: 'NAME' }),
    item: Flags.integer({ summary: 'only this item of a Map, counted from 1', helpValue: 'N', min: 1 }),
    timeline: Flags.boolean({ summary: 'bars of the states over time', allowNo: true, default: true }),
    data: Flags.boolean({ summary: 'inputs and outputs, personal data masked' }),
    'show-pii': Flags.boolean({ summary: 'do not mask personal data', dependsOn: ['data'] }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<HistoryAnswer> {
    const { args, flags } = await this.parse(History);
    const environment = await this.environment();
    const sfn = await environment.clients.sfn();
    const { execution, orderId, attempt } = await resolveExecution(sfn, environment, args.order, flags.attempt);
    const { executionArn, name, status } = execution;
    const events = historyEvents(sfn, executionArn, { data: flags.data });
    const answer = {
      environment: environment.name,
      executionArn,
      name,
      ...(orderId === undefined ? {} : { orderId }),
      attempt,
      status,
    };
    const payloads = flags['show-pii'] ? 'all' : flags.data ? 'masked' : 'none';
    if (this.jsonEnabled()) {
      await this.stream(answer, events, payloads);
    } else if (flags.events) {
      for await (const event of events) this.line(eventLine(shownEvent(event, payloads)));
    } else {
      const history = await readHistory(events, { data: flags.data });
      await this.show(history, { ...flags, now: Date.now() });
    }
    return answer;
  }

  private async show(
    history: ExecutionHistory,
    wish: {
      failed: boolean;
      state: string | undefined;
      item: number | undefined;
      timeline: boolean;
      data: boolean;
      'show-pii': boolean;
      now: number;
    },
  ): Promise<void> {
    const visits = filterVisits(history.visits, wish);
    await this.table(attemptTable(visits, history, wish.now, this.style));
    if (wish.timeline && visits.length > 0) {
      this.line();
      for (const line of timelineLines(visits, history, wish.now, this.style)) this.line(line.trimEnd());
    }
    if (wish.data) for (const line of ['', ...dataLines(visits, wish['show-pii'], this.style)]) this.line(line);
    this.line();
    const redrives = history.runs.length - 1;
    this.line(
      `${outcomeText(history.status, this.style)}, ${history.eventCount} events${redrives > 0 ? `, redriven ${redrives}x` : ''}`,
    );
    if (history.failure) for (const line of rootCauseLines(history.failure, this.style)) this.line(line);
    if (history.unknownTypes.length > 0)
      this.tell(`events of a type this version does not know: ${this.clean(history.unknownTypes.join(', '))}`);
  }

  /** One document, written as it arrives: a history may be larger than what one wants to hold. */
  private async stream(
    answer: HistoryAnswer,
    events: AsyncIterable<object>,
    payloads: 'none' | 'masked' | 'all',
  ): Promise<void> {
    const { writeJsonStream } = await import('../lib/report/json-stream.js');
    await writeJsonStream(process.stdout, answer, 'events', events, (event) => shownEvent(event, payloads));
  }

  /** The document is on its way already. */
  protected override logJson(json: unknown): void {
    if (typeof json === 'object' && json !== null && 'error' in json) super.logJson(json);
  }
}
