import { Flags } from '@oclif/core';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { machineOf } from '../lib/environment/environment.js';
import { parseSince } from '../lib/execution/duration.js';
import { STATUSES, type Status } from '../lib/execution/execution.js';
import { listExecutions, type ListedExecution } from '../lib/execution/list-executions.js';
import { listTable } from '../lib/report/list-report.js';

interface ListAnswer {
  readonly environment: string;
  readonly stateMachineArn: string;
  readonly executions: readonly ListedExecution[];
  /** Whether there are more that fit. */
  readonly more: boolean;
}

export default class List extends OrdersCommand<ListAnswer> {
  static override summary = 'list executions, newest first';
  static override description =
    'Step Functions keeps executions for 90 days after their end, and filters by one status only. An order that is known by its id is found faster with orders status.';
  static override examples = [
    { description: 'The newest twenty:', command: '<%= config.bin %> list' },
    { description: 'What failed in the last two hours:', command: '<%= config.bin %> list --status FAILED --since 2h' },
    {
      description: 'For a script:',
      command: "<%= config.bin %> list --status FAILED --limit 1000 --json | jq -r '.executions[].executionArn'",
    },
  ];
  static override flags = {
    status: Flags.option({ options: STATUSES.map((status) => status), summary: 'only this status' })(),
    limit: Flags.integer({ char: 'n', summary: 'at most so many', default: 20, min: 1, max: 100_000 }),
    since: Flags.string({ summary: 'started since then: a span back from now, or a time', helpValue: '2h' }),
  };

  private readonly style = { paint: this.paint, screen: this.screen };

  override async run(): Promise<ListAnswer> {
    const { flags } = await this.parse(List);
    const now = Date.now();
    const since = flags.since === undefined ? {} : { since: parseSince(flags.since, now) };
    const status: { status?: Status } = flags.status === undefined ? {} : { status: flags.status };
    const environment = await this.environment();
    const stateMachineArn = machineOf(environment);
    const { executions, more } = await listExecutions(await environment.clients.sfn(), stateMachineArn, {
      limit: flags.limit,
      ...since,
      ...status,
    });

    if (executions.length > 0) await this.table(listTable(executions, now, this.style));
    else this.tell('no executions');
    if (more) this.tell(`there are more: --limit ${flags.limit * 5}`);
    return { environment: environment.name, stateMachineArn, executions, more };
  }
}
