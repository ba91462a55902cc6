import { BusinessError } from '../../workflows/order-processing/domain/errors.js';
import type { OrderRef, Reason } from '../../workflows/order-processing/domain/ledger-rows.js';
import type { OrderIntake } from '../../workflows/order-processing/domain/order.js';
import { authorizePayment } from '../../workflows/order-processing/steps/authorize-payment.js';
import { capturePayment } from '../../workflows/order-processing/steps/capture-payment.js';
import { freezeTotal } from '../../workflows/order-processing/steps/freeze-total.js';
import { fulfillOrder } from '../../workflows/order-processing/steps/fulfill-order.js';
import { notifyPaymentDeclined } from '../../workflows/order-processing/steps/notify-payment-declined.js';
import { priceLineItem } from '../../workflows/order-processing/steps/price-line-item.js';
import { reserveStock } from '../../workflows/order-processing/steps/reserve-stock.js';
import { rollbackOrder } from '../../workflows/order-processing/steps/rollback-order.js';
import { sendConfirmation } from '../../workflows/order-processing/steps/send-confirmation.js';
import { validateOrder } from '../../workflows/order-processing/steps/validate-order.js';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import type { Messages } from '../../workflows/order-processing/ports/messages.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';

/** What the steps work on. */
export interface World {
  readonly ledger: Ledger;
  readonly messages: Messages;
  payments(): Payments;
}

export type RunEnd = { readonly status: 'SUCCEEDED' } | { readonly status: 'FAILED'; readonly reason: Reason };

export const ORDER = {
  orderId: 'order-1',
  userId: 'user-1',
  items: [
    { productId: 'mug', quantity: 2 },
    { productId: 'bowl', quantity: 1 },
    { productId: 'mug', quantity: 1 },
  ],
  shippingAddress: { street: '12 Harbour Lane', country: 'US' },
};

export const USD = (amount: number) => ({ amount, currency: 'usd' });

export function validated(services: World, document: unknown = ORDER): Promise<OrderIntake> {
  return validateOrder(document, 'arn:aws:states:us-east-1:1:execution:m:order-1', {
    ledger: services.ledger,
    defaultCurrency: 'usd',
  });
}

/** The steps in the definition's order, without its engine: what one fault-free run does to the world. */
export async function runOrder(services: World, document: unknown = ORDER): Promise<RunEnd> {
  const { ledger, messages } = services;
  let intake: OrderIntake;
  try {
    intake = await validated(services, document);
  } catch (error) {
    return { status: 'FAILED', reason: reasonOf(error) };
  }
  const order: OrderRef = { orderId: intake.orderId, attempt: intake.attempt };
  const withPayments = () => ({ ledger, payments: services.payments() });
  try {
    const lines = await Promise.all(intake.lines.map((line) => priceLineItem(line, intake.currency, ledger)));
    const total = await freezeTotal(order, lines, ledger);
    const checks = await Promise.allSettled([
      reserveStock(order, lines, ledger),
      authorizePayment(order, total, intake.paymentMethod, withPayments()),
    ]);
    const [stock, payment] = checks;
    if (payment.status === 'rejected' && (payment.reason as Error).name === 'PaymentDeclinedError') {
      await notifyPaymentDeclined(order, { ledger, messages }).catch(() => undefined);
    }
    const faults = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason as Error] : []));
    // A fault fails the branch at once; refusals wait for the join, the payment's first.
    const worst = faults.find((fault) => !(fault instanceof BusinessError));
    if (worst !== undefined) throw worst;
    if (payment.status === 'rejected') throw payment.reason as Error;
    if (stock.status === 'rejected') throw stock.reason as Error;
    await capturePayment(order, total, withPayments());
    await fulfillOrder(order, ledger);
    await sendConfirmation(order, { ledger, messages });
    return { status: 'SUCCEEDED' };
  } catch (error) {
    const { reason } = await rollbackOrder(order, reasonOf(error), withPayments());
    return { status: 'FAILED', reason };
  }
}

function reasonOf(error: unknown): Reason {
  if (!(error instanceof BusinessError)) throw error;
  return { error: error.name, cause: error.message };
}
