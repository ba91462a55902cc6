import { ValidationError } from '../domain/errors.js';
import { canonicalJson, fingerprint } from '../domain/fingerprint.js';
import { mergedFaults } from '../domain/fault-text.js';
import type { OrderIntake } from '../domain/order.js';
import { usableIdentity } from '../domain/order-identity.js';
import { parseExecutionInput } from '../domain/parse-order.js';
import type { Ledger } from '../ports/ledger.js';

export interface ValidateOrderServices {
  readonly ledger: Ledger;
  readonly defaultCurrency: string;
}

/**
 * Opens the order's row in the ledger and gives what travels on: no personal data.
 *
 * @throws ValidationError for a document that is no order (its row is REJECTED if it has an id), for an order id that
 *   another document has, and for an attempt whose predecessor is not undone.
 */
export async function validateOrder(
  input: unknown,
  executionArn: string,
  { ledger, defaultCurrency }: ValidateOrderServices,
): Promise<OrderIntake> {
  const parsed = parseExecutionInput(input);
  if (!parsed.ok) {
    const cause = mergedFaults(parsed.faults);
    const identity = usableIdentity(input);
    if (identity !== undefined) {
      await ledger.openOrder({
        ...identity,
        status: 'REJECTED',
        fingerprint: fingerprint(input),
        executionArn,
        currency: defaultCurrency,
        reason: { error: 'ValidationError', cause },
      });
    }
    throw new ValidationError(cause);
  }
  const { order, attempt } = parsed;
  const { orderId, userId } = order;
  const currency = order.currency ?? defaultCurrency;
  const admission = await ledger.openOrder({
    orderId,
    attempt,
    status: 'RECEIVED',
    fingerprint: fingerprint(order),
    executionArn,
    currency,
    userId,
    document: canonicalJson(order),
  });
  switch (admission.kind) {
    case 'taken':
      throw new ValidationError(`another order has the id ${orderId}`);
    case 'too-early':
      throw new ValidationError(
        `attempt ${attempt} of order ${orderId} must wait until attempt ${attempt - 1} is cancelled or rejected; it is ${admission.previous}`,
      );
    case 'admitted':
      return {
        orderId,
        attempt,
        currency,
        paymentMethod: order.paymentMethod ?? null,
        lines: order.items.map((item) => ({ sku: item.productId, quantity: item.quantity })),
      };
  }
}
