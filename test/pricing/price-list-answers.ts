/*
 * Synthetic answers of the Price List, in its published format: no recording for this service was found.
 */

export interface TierText {
  readonly from: string;
  readonly to: string;
  readonly usd: string;
}

/** A product as GetProducts gives it: JSON in a text. */
export function product(
  usagetype: string,
  tiers: readonly TierText[],
  attributes: Record<string, string> = {},
): string {
  const sku = usagetype.toUpperCase();
  return JSON.stringify({
    product: {
      productFamily: 'AWS Step Functions',
      attributes: {
        servicecode: 'AmazonStates',
        location: 'US East (N. Virginia)',
        locationType: 'AWS Region',
        regionCode: 'us-east-1',
        usagetype,
        ...attributes,
      },
      sku,
    },
    serviceCode: 'AmazonStates',
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          priceDimensions: Object.fromEntries(
            tiers.map(({ from, to, usd }, index) => [
              `${sku}.JRTCKXETXF.${index}`,
              { unit: 'any', beginRange: from, endRange: to, pricePerUnit: { USD: usd } },
            ]),
          ),
          effectiveDate: '2026-11-01T00:00:00Z',
        },
      },
    },
    publicationDate: '2026-11-20T00:00:00Z',
  });
}

const flat = (usd: string): TierText[] => [{ from: '0', to: 'Inf', usd }];

/** Other prices than the table's, so that it shows which were taken. */
export const TRANSITION = product('USE1-StateTransition', flat('0.0000500000'));
export const REQUEST = product('USE1-StepFunctions-Request', flat('0.0000020000'));
export const GB_SECOND_TIERS: readonly TierText[] = [
  { from: '18000000', to: 'Inf', usd: '0.0000100000' },
  { from: '0', to: '3600000', usd: '0.0000400000' },
  { from: '3600000', to: '18000000', usd: '0.0000200000' },
];
export const GB_SECOND = product('USE1-StepFunctions-GB-Second', GB_SECOND_TIERS);

/** What must not be taken for a price: the free tier, another region, other products that end alike. */
export const MISLEADING = [
  product('Global-StateTransition', flat('0.0000000000'), { location: 'Any', regionCode: '' }),
  product('Global-StepFunctions-Request', flat('0.0000000000'), { location: 'Any', regionCode: '' }),
  product('EU-StateTransition', flat('0.9000000000'), { regionCode: 'eu-west-1', location: 'EU (Ireland)' }),
  product('USE1-Preview-StateTransition', flat('0.8000000000')),
  product('USE1-StateTransitionArchive', flat('0.7000000000')),
];
