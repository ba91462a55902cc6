import { Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { countListed, readsOf, selectExecutions, type Selected, type Selection } from '../lib/bulk/selection.js';
import { selectionOf } from '../lib/bulk/batch-target.js';
import { machineOf, type Environment } from '../lib/environment/environment.js';
import { executionCalls } from '../lib/execution/execution-calls.js';
import { STATUSES } from '../lib/execution/execution.js';
import { readingText } from '../lib/report/bulk-report.js';
import { writeJsonStream } from '../lib/report/json-stream.js';
import { inGroups, Limited, listTable, ROWS_AT_ONCE } from '../lib/report/list-report.js';

interface ListAnswer {
  readonly environment: string;
  readonly stateMachineArn: string;
  /** Absent from what run() returns: they are printed as they come. */
  readonly executions?: readonly Selected[];
  /** Whether there are more that fit. */
  readonly more: boolean;
}

export default class List extends OrdersCommand<ListAnswer> {
  static override summary = 'list executions, newest first';
  static override description =
    'Step Functions keeps executions for 90 days after their end. --error and --state need a read for each execution: how many, and how long that takes, is said first. An order that is known by its id is found faster with orders status.';
  static override examples = [
    { description: 'The newest twenty:', command: '<%= config.bin %> list' },
    { description: 'What failed in the last two hours:', command: '<%= config.bin %> list --status FAILED --since 2h' },
    {
      description: 'What failed in one state today:',
      command: '<%= config.bin %> list --state FulfillOrder --since 24h --limit 100',
    },
    {
      description: 'For a script:',
      command: "<%= config.bin %> list --status FAILED --limit 1000 --json | jq -r '.executions[].executionArn'",
    },
  ];
  static override flags = {
    status: Flags.option({
      options: STATUSES.map((status) => status),
      multiple: true,
      multipleNonGreedy: true,
      summary: 'only this status; may be given several times',
    })(),
    error: Flags.string({ summary: 'only those that failed with this error', helpValue: 'NAME' }),
    state: Flags.string({ summary: 'only those that failed in, or are in, this state', helpValue: 'NAME' }),
    limit: Flags.integer({ char: 'n', summary: 'at most so many', default: 20, min: 1, max: 100_000 }),
    since: Flags.string({ summary: 'started since then: a span back from now, or a time', helpValue: '2h' }),
    until: Flags.string({ summary: 'started before then', helpValue: '1h' }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<ListAnswer> {
    const { flags } = await this.parse(List);
    const now = Date.now();
    const selection = selectionOf(flags, statusesFor(flags), now);
    const environment = await this.environment();
    const stateMachineArn = machineOf(environment);
    const sfn = await executionCalls(environment);
    await this.announceReads(environment, stateMachineArn, selection);
    // One more than wanted tells whether there are more.
    const found = new Limited(selectExecutions(sfn, stateMachineArn, selection, flags.limit + 1), flags.limit);
    const about = { environment: environment.name, stateMachineArn };
    if (this.jsonEnabled()) {
      await writeJsonStream(
        process.stdout,
        about,
        'executions',
        found,
        (each) => each,
        () => ({ more: found.more }),
      );
    } else {
      for await (const group of inGroups(found, ROWS_AT_ONCE)) await this.table(listTable(group, now, this.style));
      for (const remark of sfn.expressLog.remarks.splice(0)) this.tell(this.clean(remark));
      if (found.count === 0) this.tell('no executions');
      if (found.more) this.tell(`there are more: --limit ${flags.limit * 5}`);
    }
    return { ...about, more: found.more };
  }

  private async announceReads(environment: Environment, stateMachineArn: string, selection: Selection): Promise<void> {
    const operation = readsOf(selection);
    const share = operation === undefined ? undefined : environment.limits.share(operation);
    if (operation === undefined || share === undefined) return;
    const count = await countListed(await executionCalls(environment), stateMachineArn, selection);
    this.tell(`up to ${readingText(count, operation, share.perSecond, share.bucket)}`);
  }

  /** The document is on its way already. */
  protected override logJson(json: unknown): void {
    if (typeof json === 'object' && json !== null && 'error' in json) super.logJson(json);
  }
}

/** Only what ended badly has an error. */
function statusesFor({ error, state }: { readonly error?: string | undefined; readonly state?: string | undefined }) {
  if (error !== undefined) return ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
  return state === undefined ? [] : (['FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING'] as const);
}
