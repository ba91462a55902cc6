/** One line of the document as the customer wrote it. The same product may stand on several lines. */
export interface OrderItem {
  readonly productId: string;
  /** Pieces, 1 to `ORDER_LIMITS.quantity`. */
  readonly quantity: number;
}

/**
 * The customer's document. Fields that are not named here are kept with it and mean nothing to the workflow.
 * It holds personal data and therefore lives in the orders table only; the execution carries `OrderIntake`.
 */
export interface Order {
  readonly orderId: string;
  readonly userId: string;
  readonly items: readonly OrderItem[];
  readonly shippingAddress: { readonly country: string; readonly [field: string]: unknown };
  /** ISO 4217, lower case. Without it the environment's default is taken. */
  readonly currency?: string;
  /** A Stripe payment method. Without it the default of the customer at Stripe is taken. */
  readonly paymentMethod?: string;
  readonly [field: string]: unknown;
}

/** Bounds of a document. Forty lines fit one DynamoDB transaction (100 actions) with room to spare. */
export const ORDER_LIMITS = {
  items: 40,
  quantity: 10_000,
  orderIdLength: 500,
  userIdLength: 200,
  productIdLength: 100,
  attempt: 999,
} as const;

/** What travels on in the execution after validation: ids, SKUs and numbers, nothing about a person. */
export interface OrderIntake {
  readonly orderId: string;
  readonly attempt: number;
  readonly currency: string;
  /** `null` instead of a missing field: a JSONPath to a missing field would fail the state. */
  readonly paymentMethod: string | null;
  readonly lines: readonly OrderLine[];
}

/** A quantity of one stock-keeping unit. */
export interface OrderLine {
  readonly sku: string;
  readonly quantity: number;
}

/** A line with its price; both in minor units of the order's currency (cents for usd). */
export interface PricedLine extends OrderLine {
  readonly unitPrice: number;
  readonly total: number;
}
