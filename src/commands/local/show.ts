import { Args, Flags } from '@oclif/core';
import { Failure } from '../../lib/cli/failure.js';
import { OrdersCommand } from '../../lib/cli/orders-command.js';
import type { LocalSnapshot } from '../../lib/environment/environment.js';
import { maskPersonalData } from '../../lib/history/personal-data.js';
import { snapshotSections } from '../../lib/report/local-report.js';

interface ShowAnswer extends LocalSnapshot {
  readonly environment: 'local';
  readonly folder: string;
  readonly orderId?: string;
}

export default class LocalShow extends OrdersCommand<ShowAnswer> {
  static override summary = 'show the ledger, stock, payments and messages of the local environment';
  static override description =
    'What the functions have written, of one order or of all: rows of the ledger, stock, ' +
    'payment intents at the fake of Stripe, and what was published or queued.';
  static override examples = [
    { description: 'Everything:', command: '<%= config.bin %> local show' },
    { description: 'One order, for a script:', command: '<%= config.bin %> local show 1001 --json' },
  ];
  static override args = {
    order: Args.string({ name: 'order', description: 'id of the order to show, default: all' }),
  };

  static override flags = {
    'show-pii': Flags.boolean({ summary: 'with --json: personal data of the orders unmasked' }),
  };

  override async run(): Promise<ShowAnswer> {
    const { args, flags } = await this.parse(LocalShow);
    const local = await this.localEnvironment();
    const snapshot = await local.snapshot(args.order);
    if (args.order !== undefined && !mentionsOrders(snapshot)) {
      throw new Failure('notFound', `the local environment knows no order ${args.order}`, {
        suggestions: ['orders local show shows all there are'],
      });
    }

    for (const { title, table } of snapshotSections(snapshot, Date.now(), { paint: this.paint, screen: this.screen })) {
      this.line(this.paint('bold', table === undefined ? `${title}: none` : title));
      if (table !== undefined) await this.table(table);
      this.line();
    }
    const executions = Object.entries(snapshot.executions).map(([status, count]) => `${count} ${status}`);
    this.line(`Executions: ${executions.join(', ') || 'none'}`);
    this.tell(`kept in ${this.clean(local.folder)}`);
    const asked = args.order === undefined ? {} : { orderId: args.order };
    const orders = flags['show-pii']
      ? snapshot.orders
      : (snapshot.orders.map(maskPersonalData) as typeof snapshot.orders);
    return { environment: 'local', folder: local.folder, ...asked, ...snapshot, orders };
  }
}

/** Stock and executions are there whatever the order. */
function mentionsOrders({ orders, payments, paymentIntents, reservations, messages, queued }: LocalSnapshot): boolean {
  return [orders, payments, paymentIntents, reservations, messages, queued].some((rows) => rows.length > 0);
}
