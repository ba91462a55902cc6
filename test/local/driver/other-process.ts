import { openLocal } from '../../../src/lib/local/index.js';
import { ask, started } from './ask.js';

/** What the test tells the other process to do, one message a step; each is answered when done. */
export type Order =
  | { readonly do: 'start'; readonly definition: object; readonly name: string }
  | { readonly do: 'drive'; readonly executionArn: string }
  | { readonly do: 'ask'; readonly operation: string; readonly input: object };

const [folder = '', packageRoot = ''] = process.argv.slice(2);
const local = openLocal({ folder, packageRoot, env: process.env });

async function follow(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'start':
      return started(local, order.definition, order.name);
    case 'drive':
      return local.drive(order.executionArn);
    case 'ask':
      return ask(local, order.operation, order.input);
  }
}

process.on('message', (order: Order) => {
  follow(order).then(
    (answer) => process.send?.({ answer }),
    (error: unknown) => process.send?.({ failed: String(error) }),
  );
});
process.send?.('ready');
