import { Failure } from '../cli/failure.js';
import type { PriceBook, StepFunctionsPrices, Tier } from './prices.js';
import { parseDecimal, ratio, ZERO, type Ratio } from './ratio.js';

/** The day on which this table was written, from price pages and quotations collected in November 2026. */
export const TABLE_DATE = '2026-11-22';

/** Standard, US dollars a state transition (aws.amazon.com/step-functions/pricing). */
const TRANSITION: Readonly<Record<string, string>> = {
  'us-east-1': '0.000025',
  'us-east-2': '0.000025',
  'us-west-1': '0.0000279',
  'us-west-2': '0.000025',
  'ca-central-1': '0.000025',
  'sa-east-1': '0.0000375',
  'eu-west-1': '0.000025',
  'eu-west-2': '0.000025',
  'eu-west-3': '0.0000297',
  'eu-central-1': '0.000025',
  'eu-north-1': '0.000025',
  'eu-south-1': '0.00002625',
  'af-south-1': '0.00002975',
  'me-south-1': '0.0000275',
  'ap-east-1': '0.0000275',
  'ap-south-1': '0.0000285',
  'ap-southeast-1': '0.000025',
  'ap-southeast-2': '0.000025',
  'ap-northeast-1': '0.000025',
  'ap-northeast-2': '0.0000271',
  'us-gov-west-1': '0.00003',
  'us-gov-east-1': '0.00003',
};

/** Express in us-east-1; the other commercial regions are taken to cost the same, and the answer says so. */
const EXPRESS = {
  request: usd('0.000001'),
  gbSecond: tiers(['0.00001667', 3_600_000], ['0.00000833', 18_000_000], ['0.00000456']),
};

/** @throws Failure (usage) for a region that is not in the table: another region's price would be a guess. */
export function embeddedPrices(region: string, notes: PriceBook['notes'] = []): PriceBook {
  const transition = TRANSITION[region];
  if (transition === undefined) {
    throw new Failure('usage', `no price is known for region ${region}`, {
      suggestions: [
        `known without asking AWS: ${Object.keys(TRANSITION).join(', ')}`,
        'ask AWS with --prices live, which needs credentials',
      ],
    });
  }
  const commercial = !region.startsWith('us-gov-');
  const prices: StepFunctionsPrices = { transition: usd(transition), ...(commercial ? { express: EXPRESS } : {}) };
  const taken: PriceBook['notes'] = commercial && region !== 'us-east-1' ? [{ about: 'express-of-us-east-1' }] : [];
  return { region, source: 'embedded', date: TABLE_DATE, prices, notes: [...notes, ...taken] };
}

/** Standard transitions a month that cost nothing, in all regions of an account together. Express has none. */
export const FREE_TRANSITIONS = ratio(4_000);

/** What the other services ask, us-east-1 unless a region is named, with what they give away each month. */
export const SERVICES = {
  lambdaRequest: { price: usd('0.0000002'), free: ratio(1_000_000) },
  lambdaGbSecond: {
    x86_64: tiers(['0.0000166667', 6_000_000_000], ['0.000015', 15_000_000_000], ['0.0000133334']),
    arm64: tiers(['0.0000133334', 7_500_000_000], ['0.0000120001', 18_750_000_000], ['0.0000106667']),
    free: ratio(400_000),
  },
  /** Logs that AWS's services write, a GB taken in. The first tier is another one in two regions, less certainly. */
  logGb: {
    tiers: tiers(['0.50', 10_000], ['0.25', 30_000], ['0.10', 50_000], ['0.05']),
    first: { 'eu-west-1': usd('0.57'), 'ap-south-1': usd('0.67') } as Readonly<Record<string, Ratio>>,
  },
  /** A GB and month. */
  logStorage: { price: usd('0.03') },
  snsPublish: { price: usd('0.0000005'), free: ratio(1_000_000) },
  dynamodb: {
    write: {
      price: usd('0.000000625'),
      regions: { 'ap-south-1': usd('0.00000071') } as Readonly<Record<string, Ratio>>,
    },
    read: {
      price: usd('0.000000125'),
      regions: { 'ap-south-1': usd('0.0000001425') } as Readonly<Record<string, Ratio>>,
    },
  },
  trace: { price: usd('0.000005'), free: ratio(100_000) },
} as const;

function usd(text: string): Ratio {
  return parseDecimal(text) ?? ZERO;
}

/** Prices with the end of their range, in order; the last one has none. */
function tiers(...steps: readonly (readonly [price: string, to?: number])[]): readonly Tier[] {
  let from = ZERO;
  return steps.map(([price, to]) => {
    const tier: Tier = { from, price: usd(price), ...(to === undefined ? {} : { to: ratio(to) }) };
    from = ratio(to ?? 0);
    return tier;
  });
}
