/** An order and the world it meets. */
export interface Scenario {
  readonly order: Readonly<Record<string, unknown>>;
  /** Pieces on hand by SKU. */
  readonly stock: Readonly<Record<string, number>>;
  /** The goods are found to be gone before this state captures the money. */
  readonly goneAt?: string;
  /** How it ends without a fault. */
  readonly end: 'SUCCEEDED' | 'FAILED';
  readonly error?: string;
}

const ORDER = {
  orderId: 'order-1',
  userId: 'user-1',
  items: [
    { productId: 'mug', quantity: 2 },
    { productId: 'bowl', quantity: 1 },
  ],
  shippingAddress: { name: 'Kim Marsh', street: '12 Harbour Lane', country: 'Iceland' },
};
const STOCK = { mug: 3, bowl: 1 };

export const SCENARIOS = {
  fine: { order: ORDER, stock: STOCK, end: 'SUCCEEDED' },
  declined: {
    order: { ...ORDER, paymentMethod: 'pm_card_chargeDeclined' },
    stock: STOCK,
    end: 'FAILED',
    error: 'PaymentDeclinedError',
  },
  'three-d-secure': {
    order: { ...ORDER, paymentMethod: 'pm_card_authenticationRequired' },
    stock: STOCK,
    end: 'FAILED',
    error: 'PaymentDeclinedError',
  },
  'out-of-stock': { order: ORDER, stock: { mug: 1, bowl: 1 }, end: 'FAILED', error: 'OutOfStockError' },
  'declined-and-out-of-stock': {
    order: { ...ORDER, paymentMethod: 'pm_card_chargeDeclined' },
    stock: { mug: 1, bowl: 1 },
    end: 'FAILED',
    error: 'PaymentDeclinedError',
  },
  'fulfilment-rejected': {
    order: ORDER,
    stock: STOCK,
    goneAt: 'CapturePayment',
    end: 'FAILED',
    error: 'FulfillmentRejectedError',
  },
  'slow-bank': { order: { ...ORDER, paymentMethod: 'pm_fake_processing' }, stock: STOCK, end: 'SUCCEEDED' },
  'unknown-product': {
    order: { ...ORDER, items: [{ productId: 'hat', quantity: 1 }] },
    stock: STOCK,
    end: 'FAILED',
    error: 'LineItemRejectedError',
  },
  'no-order': { order: { ...ORDER, items: [] }, stock: STOCK, end: 'FAILED', error: 'ValidationError' },
} as const satisfies Record<string, Scenario>;

export type ScenarioName = keyof typeof SCENARIOS;

export function scenarioNamed(name: string): Scenario {
  const scenario = (SCENARIOS as Record<string, Scenario>)[name];
  if (scenario === undefined) throw new Error(`no scenario is named ${name}`);
  return scenario;
}
