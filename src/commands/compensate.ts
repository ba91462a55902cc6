import { setTimeout as pause } from 'node:timers/promises';
import { Args, Flags } from '@oclif/core';
import type { OrderRow, PaymentRow } from '../../workflows/order-processing/domain/ledger-rows.js';
import { orderKey } from '../../workflows/order-processing/domain/order-key.js';
import { compensate, compensationVerdict } from '../lib/audit/compensation.js';
import { readFacts } from '../lib/audit/facts-reader.js';
import { findings } from '../lib/audit/findings.js';
import { orderIdOf } from '../lib/audit/order-id.js';
import { openSources } from '../lib/audit/open-sources.js';
import { inSamePlace } from '../lib/cli/environment-flags.js';
import { Failure } from '../lib/cli/failure.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { findingLines, reported, type ReportedFinding } from '../lib/report/audit-report.js';

interface CompensateAnswer {
  readonly environment: string;
  readonly orderId: string;
  readonly attempt: number;
  /** false: it was cancelled before, and nothing was done. */
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
A fulfilled order is refused (exit 8).`;
  static override examples = [
    { description: 'Cancel what nobody can finish:', command: '<%= config.bin %> compensate 1001' },
    {
      description: 'In a script, with a reason that stands in the ledger:',
      command: '<%= config.bin %> compensate 1001 --yes --reason "customer called"',
    },
  ];
  static override args = {
    order: Args.string({ required: true, description: 'id of the order, or ARN of its execution' }),
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
    const environment = await this.environment();
    const orderId = await orderIdOf(environment, args.order);
    const sources = await openSources(environment);
    const attempt = flags.attempt ?? Math.max(1, (await sources.ledger.attemptsOf(orderId)).length);
    const key = orderKey(orderId, attempt);
    const before = await readFacts(key, [], sources);
    const verdict = compensationVerdict(before);
    if (verdict === 'possible') {
      const rollback = sources.deployment.functions['rollback-order'];
      if (rollback === undefined)
        throw new Failure('notFound', `environment ${environment.name} has published no function rollback-order`);
      const still = before.execution.kind === 'running' ? ', whose execution is running' : '';
      const question = `Cancel order ${this.clean(orderId)}${still}, in ${environment.name}?`;
      if (!flags.yes) await this.confirm(question, { flag: '--yes' });
      await compensate(key, flags.reason, await environment.clients.lambda(), rollback, (wait) => pause(wait));
    }

    const after = await readFacts(key, [], sources);
    const here = inSamePlace(flags);
    const found = findings(after, Date.now()).map((finding) => ({ ...finding, mend: finding.mend.map(here) }));
    const { order = before.order, payment } = after;
    const said = verdict === 'done' ? 'was cancelled before' : 'is cancelled';
    this.line(
      `order ${this.clean(orderId)} ${said}: ${this.clean(order?.status ?? '')}${payment === undefined ? '' : `, payment ${this.clean(payment.status)}`}`,
    );
    for (const line of findingLines(found, Date.now(), { paint: this.paint, screen: this.screen })) this.line(line);
    return {
      environment: environment.name,
      orderId,
      attempt,
      compensated: verdict === 'possible',
      status: order?.status ?? 'CANCELLED',
      ...(payment === undefined ? {} : { paymentStatus: payment.status }),
      findings: found.map(reported),
    };
  }
}
