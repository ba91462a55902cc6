import type { Ledger } from '../ports/ledger.js';
import { priceLineItem } from '../steps/price-line-item.js';
import { atBoundary, type Work } from './boundary.js';
import { ledgerOf } from './ledger.js';
import { currencyOf, lineOf } from './payload.js';

export const work: Work<{ readonly ledger: Ledger }> = (payload, { ledger }) =>
  priceLineItem(lineOf(payload), currencyOf(payload), ledger);

export const handler = atBoundary(work, (invocation) => ({ ledger: ledgerOf(invocation) }));
