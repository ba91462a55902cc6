import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';
import type { Definition, DefinitionState } from './plain-definition.js';
import type { Mutation } from './mutation.js';

/*
 * The safety layers, each taken out by itself. Those that another layer covers are taken out together with it as well, see
 * mutations.test.ts and docs/faults.md.
 */

interface Action {
  readonly ConditionCheck?: { readonly TableName: string };
  readonly Put?: Write;
  readonly Update?: Write;
}

interface Write {
  readonly TableName: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface Input extends Partial<Write> {
  readonly TransactItems?: readonly Action[];
}

/** A document client whose commands are changed on their way. */
function sending(change: (input: Input) => Input) {
  return (client: DynamoDBDocumentClient): DynamoDBDocumentClient =>
    ({
      send: (command: { input: Input }, options: never) => {
        command.input = change(command.input);
        return client.send(command as never, options);
      },
    }) as unknown as DynamoDBDocumentClient;
}

/** Transactions that write to this table, without some of their actions' conditions. */
function inTransactionsOf(table: string, change: (action: Action) => Action | undefined) {
  return sending((input) => {
    const actions = input.TransactItems;
    if (actions?.some(({ Put, Update }) => (Put ?? Update)?.TableName === table) !== true) return input;
    return { ...input, TransactItems: actions.map(change).filter((action) => action !== undefined) };
  });
}

const withoutOrderCheck = (action: Action): Action | undefined =>
  action.ConditionCheck?.TableName === 'orders' ? undefined : action;

/** The write, whatever there is; conditions without which values stay unused take those along. */
function unconditional<W extends Write>(write: W): W {
  const { ConditionExpression: _, ...rest } = write;
  const used = write.UpdateExpression ?? '';
  const kept = (fields: unknown) =>
    Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => new RegExp(`${name}\\b`).test(used)));
  return {
    ...rest,
    ...(write.ExpressionAttributeValues === undefined
      ? {}
      : { ExpressionAttributeValues: kept(write.ExpressionAttributeValues) }),
    ...(write['ExpressionAttributeNames'] === undefined
      ? {}
      : { ExpressionAttributeNames: kept(write['ExpressionAttributeNames']) }),
  } as unknown as W;
}

const valuesOf = (write: Write | undefined): unknown[] => Object.values(write?.ExpressionAttributeValues ?? {});

/** A port with some of its methods replaced. */
function altered<Port extends object>(port: Port, methods: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

const ledgerOnly =
  (change: (ledger: Ledger) => Partial<Ledger>): Mutation['services'] =>
  ({ ledger }) => ({ ledger: altered(ledger, change(ledger)) });
const paymentsOnly =
  (change: (payments: Payments) => Partial<Payments>): Mutation['services'] =>
  ({ payments }) => ({ payments: altered(payments, change(payments)) });

/** A change of one state, wherever it stands. */
function stateChanged(name: string, change: (state: DefinitionState) => DefinitionState) {
  const within = (definition: Definition): Definition => ({
    ...definition,
    States: Object.fromEntries(
      Object.entries(definition.States).map(([key, state]) => {
        const inner = state.Branches === undefined ? state : { ...state, Branches: state.Branches.map(within) };
        return [key, key === name ? change(inner) : inner];
      }),
    ),
  });
  return within;
}

export const MUTATIONS = {
  'reserving without asking whether the order is fenced': {
    documents: inTransactionsOf('reservations', withoutOrderCheck),
  },
  'no tombstone for stock that was never reserved': {
    services: ledgerOnly((ledger) => ({
      releaseStock: async (order) =>
        (await ledger.readReservation(order)) === undefined
          ? { orderId: order.orderId, attempt: order.attempt, status: 'RELEASED', updatedAt: '', lines: [] }
          : ledger.releaseStock(order),
    })),
  },
  'claiming the payment without asking whether the order is fenced': {
    documents: inTransactionsOf('payments', withoutOrderCheck),
  },
  'no tombstone for a payment that was never begun': {
    services: ledgerOnly((ledger) => ({
      fencePayment: async (order) =>
        (await ledger.readPayment(order)) === undefined
          ? { orderId: order.orderId, attempt: order.attempt, status: 'VOIDED', updatedAt: '' }
          : ledger.fencePayment(order),
    })),
  },
  'no CANCELLING mark': {
    services: ledgerOnly((ledger) => ({
      fenceOrder: async (order, reason) => {
        const row = await ledger.readOrder(order);
        return row?.status === 'RECEIVED' ? { ...row, status: 'CANCELLING', reason } : row;
      },
      closeCancelled: async (order) => {
        await ledger.fenceOrder(order, { error: 'x', cause: 'y' });
        return ledger.closeCancelled(order);
      },
    })),
  },
  'fulfilling whatever the order says': {
    documents: inTransactionsOf('reservations', (action) =>
      action.Update?.TableName === 'orders' ? { Update: unconditional(action.Update) } : action,
    ),
  },
  'fulfilling whatever the payment says': {
    documents: inTransactionsOf('reservations', (action) =>
      action.ConditionCheck?.TableName === 'payments' ? undefined : action,
    ),
  },
  'consuming whatever the reservation says': {
    documents: inTransactionsOf('reservations', (action) =>
      action.Update?.TableName === 'reservations' && valuesOf(action.Update).includes('CONSUMED')
        ? { Update: unconditional(action.Update) }
        : action,
    ),
  },
  'reserving stock without a condition': {
    documents: inTransactionsOf('reservations', (action) =>
      action.Update?.TableName === 'inventory' && (action.Update.UpdateExpression ?? '').includes('+')
        ? { Update: unconditional(action.Update) }
        : action,
    ),
  },
  'sending goods without a condition on the stock': {
    documents: inTransactionsOf('reservations', (action) =>
      action.Update?.TableName === 'inventory' && (action.Update.UpdateExpression ?? '').includes('#onHand =')
        ? { Update: unconditional(action.Update) }
        : action,
    ),
  },
  'the rollback believes the ledger, not Stripe': {
    services: ledgerOnly((ledger) => ({
      fencePayment: async (order) => {
        const before = await ledger.readPayment(order);
        const { paymentIntentId, ...row } = await ledger.fencePayment(order);
        const charged =
          before?.status === 'AUTHORIZED' || before?.status === 'CAPTURED' || before?.status === 'VOIDING';
        return charged && paymentIntentId !== undefined ? { ...row, paymentIntentId } : row;
      },
    })),
  },
  'creating and confirming the payment in one call': {
    services: paymentsOnly((payments) => ({
      prepare: async (request) => {
        const preparation = await payments.prepare(request);
        if (preparation.kind === 'prepared') await payments.authorize(request, preparation.payment.id);
        return preparation;
      },
    })),
  },
  'a new payment in every run, kept single by idempotency keys alone': {
    documents: sending((input) =>
      valuesOf(input as Write).includes('INTENT') && input.TableName === 'payments'
        ? unconditional(input as Write)
        : input,
    ),
    services: ledgerOnly((ledger) => ({
      claimPayment: async (order, money) => {
        const row = await ledger.claimPayment(order, money);
        if (row?.status !== 'INTENT') return row;
        const { paymentIntentId: _, ...rest } = row;
        return { ...rest, status: 'STARTED' };
      },
    })),
  },
  'not looking at the payment before asking the bank again': {
    services: paymentsOnly((payments) => ({
      look: async (id) => {
        const seen = await payments.look(id);
        return seen.state === 'AUTHORIZED' ? { ...seen, state: 'UNCONFIRMED' } : seen;
      },
    })),
  },
  'an amount that every run sets anew': {
    documents: sending((input) => ({
      ...input,
      ...(input.UpdateExpression === undefined
        ? {}
        : { UpdateExpression: input.UpdateExpression.replace('if_not_exists(#amount, :amount)', ':amount') }),
    })),
  },
  'an amount that no run compares': {
    services: ({ ledger, payments }) => ({
      payments,
      ledger: altered(ledger, {
        claimPayment: async (order, money) => {
          const row = await ledger.claimPayment(order, money);
          return row === undefined ? undefined : { ...row, ...money };
        },
        readPayment: async (order) => {
          const [row, standing] = await Promise.all([ledger.readPayment(order), ledger.readOrder(order)]);
          return row?.amount === undefined || standing?.amount === undefined
            ? row
            : { ...row, amount: standing.amount };
        },
      }),
    }),
  },
  'refusals thrown instead of data': {
    definition: (definition) =>
      ['CheckInventory', 'ChargePayment'].reduce(
        (changed, name) => stateChanged(name, ({ Catch: _, ...state }) => state)(changed),
        definition,
      ),
  },
  'the Parallel catches everything': {
    definition: stateChanged('CheckInventoryAndCharge', (state) => ({
      ...state,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.reason', Next: 'CompensatingTransaction' }],
    })),
  },
  'nobody looks at what the branches came to': {
    definition: stateChanged('EvaluateChecks', () => ({ Type: 'Pass', Next: 'CapturePayment' })),
  },
  'a compensation whose errors are caught': {
    definition: stateChanged('CompensatingTransaction', (state) => ({
      ...state,
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'OrderFailed' }],
    })),
  },
  'a confirmation that is lost without a trace': {
    definition: stateChanged('SendConfirmation', (state) => ({
      ...state,
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.lost', Next: 'OrderComplete' }],
    })),
  },
  'nobody is told of a decline': {
    definition: stateChanged('ChargePayment', (state) => ({
      ...state,
      Catch: (state.Catch ?? []).map((rule) => ({ ...rule, Next: 'PaymentRefused' })),
    })),
  },
} as const satisfies Record<string, Omit<Mutation, 'name'>>;

export type MutationName = keyof typeof MUTATIONS;

/** Several layers out at once. */
export function mutationOf(...names: readonly MutationName[]): Mutation {
  const parts: Omit<Mutation, 'name'>[] = names.map((name) => MUTATIONS[name]);
  return {
    name: names.join(' + '),
    documents: (client) => parts.reduce((inner, part) => part.documents?.(inner) ?? inner, client),
    services: (services) => parts.reduce((inner, part) => ({ ...inner, ...part.services?.(inner) }), services),
    definition: (definition) => parts.reduce((inner, part) => part.definition?.(inner) ?? inner, definition),
  };
}
