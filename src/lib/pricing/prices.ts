import type { Ratio } from './ratio.js';

/** One price of a range of a month's usage; `to` absent: no end. */
export interface Tier {
  readonly from: Ratio;
  readonly to?: Ratio;
  /** US dollars a unit. */
  readonly price: Ratio;
}

/** What Step Functions costs in one region, in US dollars. A part that is not known is absent. */
export interface StepFunctionsPrices {
  /** Standard: a state transition. */
  readonly transition?: Ratio;
  readonly express?: {
    readonly request: Ratio;
    /** GB-seconds in a month, without a gap from 0 on. */
    readonly gbSecond: readonly Tier[];
  };
}

/** Prices, and where they are from. */
export interface PriceBook {
  readonly region: string;
  /** `live`: the Price List, asked just now; `cached`: the same, asked within the last day; `embedded`: our own table. */
  readonly source: 'live' | 'cached' | 'embedded';
  /** The day on which the Price List was asked, or the table was written; YYYY-MM-DD. */
  readonly date: string;
  readonly prices: StepFunctionsPrices;
  /** What a reader has to know about these prices, e.g. why they are not live. */
  readonly notes: readonly PriceNote[];
}

export type PriceNote =
  /** The table's Express prices are those of us-east-1, taken over for this region. */
  | { readonly about: 'express-of-us-east-1' }
  /** The Price List was asked, or should have been, and this came of it. */
  | { readonly about: 'not-live'; readonly reason: string };
