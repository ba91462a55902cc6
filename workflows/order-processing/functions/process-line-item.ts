import { priceLineItem } from '../steps/price-line-item.js';
import { atBoundary } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { currencyOf, lineOf } from './payload.js';

export const handler = atBoundary((payload, invocation) =>
  priceLineItem(lineOf(payload), currencyOf(payload), ledgerOf(invocation)),
);
