import { Flags } from '@oclif/core';
import { OrdersCommand } from '../../lib/cli/orders-command.js';

interface ResetAnswer {
  readonly folder: string;
  readonly reset: true;
}

export default class LocalReset extends OrdersCommand<ResetAnswer> {
  static override summary = 'empty the local environment';
  static override description =
    'Forgets every local execution, order, payment, message and log line, and puts the demo ' +
    'stock back. Nothing on AWS is touched.';
  static override examples = [
    { description: 'Ask first:', command: '<%= config.bin %> local reset' },
    { description: 'In a script:', command: '<%= config.bin %> local reset --yes' },
  ];
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'do not ask' }) };

  override async run(): Promise<ResetAnswer> {
    const { flags } = await this.parse(LocalReset);
    const local = await this.localEnvironment();
    if (!flags.yes) await this.confirm(`Forget everything in ${local.folder}?`, { flag: '--yes' });
    await local.reset();
    this.line(`the local environment in ${this.clean(local.folder)} is empty again`);
    this.tell('next: orders start --file order.json --wait');
    return { folder: local.folder, reset: true };
  }
}
