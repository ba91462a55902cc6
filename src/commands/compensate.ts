import { setTimeout as pause } from 'node:timers/promises';
import { Args, Flags } from '@oclif/core';
import type { OrderRow, PaymentRow } from '../../workflows/order-processing/domain/ledger-rows.js';
import { orderKey, parseOrderKey } from '../../workflows/order-processing/domain/order-key.js';
import { assertSameExecution, compensate, compensationVerdict, orderText } from '../lib/audit/compensation.js';
import { readFacts } from '../lib/audit/facts-reader.js';
import { command } from '../lib/audit/finding.js';
import { findings } from '../lib/audit/findings.js';
import { orderIdOf, type NamedOrder } from '../lib/audit/order-id.js';
import { openSources, type OpenedSources } from '../lib/audit/open-sources.js';
import { Failure } from '../lib/cli/failure.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import type { Environment } from '../lib/environment/environment.js';
import { assertReason } from '../lib/execution/stop-execution.js';
import { compensateLine, moneyAtStake } from '../lib/report/compensate-report.js';
import { findingLines, reported, type ReportedFinding } from '../lib/report/audit-report.js';

interface CompensateAnswer {
  readonly environment: string;
  readonly orderId: string;
  readonly attempt: number;
  /** false: it was cancelled or rejected before, and nothing was done. */
  readonly compensated: boolean;
  readonly status: OrderRow['status'];
  /** Absent where nothing was ever charged. */
  readonly paymentStatus?: PaymentRow['status'];
  /** What is still wrong with it. */
  readonly findings: readonly ReportedFinding[];
}

export default class Compensate extends OrdersCommand<CompensateAnswer> {
  static override summary = 'cancel an order safely';
  static override description = `Has the workflow's own function cancel the order: from then on no step of its execution can charge, reserve or ship; money that was set aside is freed, money that was taken is refunded, stock goes back. It is safe at any moment, also while the execution runs, which then ends by itself; and it can be repeated.
A fulfilled order is refused (exit 8). Of an order that is cancelled already only what was left open is done: a refund that failed at the bank. Exit 13: something is still wrong with it.`;
  static override examples = [
    { description: 'Cancel what nobody can finish:', command: '<%= config.bin %> compensate 1001' },
    {
      description: 'In a script, with a reason that stands in the ledger:',
      command: '<%= config.bin %> compensate 1001 --yes --reason "customer called"',
    },
  ];
  static override args = {
    order: Args.string({
      required: true,
      description: 'id of the order, or ARN of its execution: then of that attempt',
      ignoreStdin: true,
    }),
  };
  static override flags = {
    attempt: Flags.integer({ summary: 'number of the attempt, default: the newest', min: 1, max: 999 }),
    reason: Flags.string({
      summary: 'why; kept in the ledger, so without personal data',
      helpValue: 'TEXT',
      default: 'cancelled with orders compensate',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
  };

  override async run(): Promise<CompensateAnswer> {
    const { args, flags } = await this.parse(Compensate);
    assertReason(flags.reason);
    const environment = await this.environment();
    const { here } = environment;
    const { orderId, attempt, ...named } = await this.attemptOf(environment, args.order, flags.attempt);
    const sources = await openSources(environment);
    const key = orderKey(orderId, attempt ?? Math.max(1, (await sources.ledger.attemptsOf(orderId)).length));
    const before = await readFacts({ key }, sources);
    assertSameExecution(before, named.executionArn);
    const verdict = compensationVerdict(before, here);
    const who = this.clean(orderText(key));
    if (verdict === 'possible') {
      const { running, money } = { running: before.execution.kind === 'running', money: moneyAtStake(before) };
      const still = running ? ', whose execution is running' : '';
      const question = `Cancel ${who}${still}${money === undefined ? '' : ` (${money})`} in ${environment.name}?`;
      if (!flags.yes) await this.confirm(question, { flag: '--yes' });
      await this.cancel(environment, sources, key, flags.reason, here);
    }

    const after = await readFacts({ key }, sources);
    const found = findings(after, Date.now()).map((finding) => ({ ...finding, mend: finding.mend.map(here) }));
    const answer: CompensateAnswer = {
      environment: environment.name,
      ...parseOrderKey(key),
      compensated: verdict === 'possible',
      status: after.order?.status ?? 'CANCELLED',
      ...(after.payment !== undefined && { paymentStatus: after.payment.status }),
      findings: found.map(reported),
    };
    this.line(this.clean(compensateLine(answer, who)));
    for (const line of findingLines(found, Date.now(), { paint: this.paint, screen: this.screen })) this.line(line);
    if (verdict === 'possible' && after.execution.kind === 'running')
      this.tell(`next: its execution ends by itself, ${this.clean(here(command('status', key)))} shows how`);
    if (found.some(({ severity }) => severity === 'violation')) this.exitWith('checkFailed');
    return answer;
  }

  /** Who names an execution means its attempt, whatever came after it. */
  private async attemptOf(environment: Environment, order: string, attempt: number | undefined): Promise<NamedOrder> {
    const named = await orderIdOf(environment, order);
    if (attempt === undefined) return named;
    if (named.attempt === undefined) return { ...named, attempt };
    throw new Failure('usage', '--attempt goes with an order id; an ARN names its attempt itself');
  }

  private async cancel(
    environment: Environment,
    { deployment }: OpenedSources,
    key: string,
    reason: string,
    here: (line: string) => string,
  ): Promise<void> {
    const rollback = deployment.functions['rollback-order'];
    if (rollback === undefined) {
      throw new Failure('notFound', `environment ${environment.name} has published no function rollback-order`, {
        suggestions: [`${here('orders deploy')} publishes all of them`],
      });
    }
    const progress = this.progress('cancelling');
    try {
      const lambda = await environment.clients.lambda();
      await compensate(key, reason, lambda, rollback, { here, pause: (wait) => pause(wait) });
    } finally {
      progress.stop();
    }
  }
}
