import { priceLine } from '../domain/money.js';
import type { OrderLine, PricedLine } from '../domain/order.js';
import type { Ledger } from '../ports/ledger.js';

/** @throws LineItemRejectedError */
export async function priceLineItem(line: OrderLine, currency: string, ledger: Ledger): Promise<PricedLine> {
  return priceLine(line, await ledger.readStock(line.sku), currency);
}
