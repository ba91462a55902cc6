import { Args, Flags } from '@oclif/core';
import { auditOrder, auditSince, auditStock, type Audit as Audited } from '../lib/audit/audit.js';
import { orderIdOf } from '../lib/audit/order-id.js';
import { openSources, type OpenedSources } from '../lib/audit/open-sources.js';
import { Failure } from '../lib/cli/failure.js';
import { OrdersCommand } from '../lib/cli/orders-command.js';
import { parseSince } from '../lib/execution/duration.js';
import { auditSummary, findingLines, reported, type ReportedFinding } from '../lib/report/audit-report.js';

interface AuditAnswer {
  readonly environment: string;
  /** Attempts that were looked at. */
  readonly checked: number;
  readonly violations: number;
  readonly warnings: number;
  /** false: Stripe was not asked, the ledger's word was taken. */
  readonly stripe: boolean;
  /** false: the stock was not compared with the reservations. */
  readonly stock: boolean;
  readonly findings: readonly ReportedFinding[];
}

export default class Audit extends OrdersCommand<AuditAnswer> {
  static override summary = 'find orders that violate an invariant, or are about to';
  static override description = `Joins what Step Functions, the ledger and Stripe say of each order, and names those that do not fit together or wait for somebody: money taken for an order that is not fulfilled, orders stuck in CANCELLING, executions that failed before they wrote anything, authorisations and redrive windows that run out. Each comes with the command that mends it. It only reads.
Without an order it looks at all orders that have not ended and at those that changed --since. Exit 13: a violation was found. The rules I1 to I10 stand in docs/workflow.md.`;
  static override examples = [
    { description: 'One order, all its attempts:', command: '<%= config.bin %> audit 1001' },
    { description: 'The last day, and everything unfinished:', command: '<%= config.bin %> audit' },
    { description: 'A week, with the stock:', command: '<%= config.bin %> audit --since 7d --stock' },
  ];
  static override args = {
    order: Args.string({ description: 'id of the order, or ARN of its execution', ignoreStdin: true }),
  };
  static override flags = {
    since: Flags.string({
      summary: 'orders that changed since then (default 24h): a span back from now, or a time',
      helpValue: '24h',
    }),
    stock: Flags.boolean({
      summary: 'compare the stock with the reservations; reads both tables whole',
      default: false,
    }),
  };

  override async run(): Promise<AuditAnswer> {
    const { args, flags } = await this.parse(Audit);
    if (args.order !== undefined && flags.since !== undefined)
      throw new Failure('usage', `--since ${flags.since} goes without an order: an order is looked at whole`);
    const now = Date.now();
    const since = parseSince(flags.since ?? '24h', now);
    const environment = await this.environment();
    const { here } = environment;
    const orderId = args.order === undefined ? undefined : (await orderIdOf(environment, args.order)).orderId;
    const sources = await openSources(environment);
    if (sources.withoutStripe !== undefined)
      this.tell(`Stripe is not asked, the ledger's word is taken: ${sources.withoutStripe}`);

    const audit = orderId === undefined ? await this.all(since, now, sources) : await auditOrder(orderId, sources, now);
    if (orderId !== undefined && audit.checked === 0) {
      throw new Failure('notFound', `neither Step Functions nor the ledger nor Stripe knows an order ${orderId}`, {
        suggestions: [`${here('orders list')} shows what there is`],
      });
    }
    const all = [...audit.findings, ...(flags.stock ? await auditStock(sources) : [])];
    const found = all.map((finding) => ({ ...finding, mend: finding.mend.map(here) }));
    for (const line of findingLines(found, now, { paint: this.paint, screen: this.screen })) this.line(line);
    this.line(auditSummary(audit.checked, found));
    const violations = found.filter(({ severity }) => severity === 'violation').length;
    if (violations > 0) this.exitWith('checkFailed');
    return {
      environment: environment.name,
      checked: audit.checked,
      violations,
      warnings: found.length - violations,
      stripe: sources.stripe !== undefined,
      stock: flags.stock,
      findings: found.map(reported),
    };
  }

  private async all(since: number, now: number, sources: OpenedSources): Promise<Audited> {
    const progress = this.progress('auditing');
    try {
      return await auditSince({ since, now, progress: (checked) => progress.update(`audited ${checked}`) }, sources);
    } finally {
      progress.stop();
    }
  }
}
