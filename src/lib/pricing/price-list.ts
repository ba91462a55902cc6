import type { GetProductsCommandInput, GetProductsCommandOutput } from '@aws-sdk/client-pricing';
import type { StepFunctionsPrices, Tier } from './prices.js';
import { compare, parseDecimal, ZERO, type Ratio } from './ratio.js';

/** The one call of the Price List that is made here; the SDK's client `Pricing` fits. */
export interface PriceList {
  getProducts(
    input: GetProductsCommandInput,
    options?: { readonly abortSignal?: AbortSignal },
  ): Promise<GetProductsCommandOutput>;
}

/** An answer that is there and cannot be relied on; the message says why. */
export class DoubtfulAnswer extends Error {
  override readonly name = 'DoubtfulAnswer';
}

/** More pages than a service of three products can have. */
const MOST_PAGES = 50;

/**
 * Asks the Price List for one region's prices.
 *
 * @throws DoubtfulAnswer, or the SDK's errors
 */
export async function askPriceList(
  list: PriceList,
  region: string,
  abortSignal?: AbortSignal,
): Promise<StepFunctionsPrices> {
  const entries: unknown[] = [];
  let NextToken: string | undefined;
  for (let page = 1; page === 1 || NextToken !== undefined; page += 1) {
    if (page > MOST_PAGES) throw new DoubtfulAnswer(`the Price List goes on after ${MOST_PAGES} pages`);
    const answer = await list.getProducts(
      {
        ServiceCode: 'AmazonStates',
        FormatVersion: 'aws_v1',
        Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: region }],
        MaxResults: 100,
        ...(NextToken === undefined ? {} : { NextToken }),
      },
      abortSignal === undefined ? {} : { abortSignal },
    );
    for (const entry of (answer.PriceList ?? []) as readonly unknown[]) entries.push(entry);
    NextToken = answer.NextToken || undefined;
  }
  return readProducts(entries, region);
}

/** Ends of usage types; before them stands the region's prefix (`USE1-`, `EU-`), which follows no rule. */
const ENDS = {
  transition: /(?:^|-)StateTransition$/u,
  request: /(?:^|-)StepFunctions-Request$/u,
  gbSecond: /(?:^|-)StepFunctions-GB-Second$/u,
} as const;

/** @param entries JSON texts, which the SDK gives as String objects. @throws DoubtfulAnswer */
export function readProducts(entries: readonly unknown[], region: string): StepFunctionsPrices {
  const products = entries.map((entry) => readProduct(String(entry))).filter((product) => isCharged(product, region));
  return {
    transition: flatPrice(tiersOf('transition', products)),
    express: {
      request: flatPrice(tiersOf('request', products)),
      gbSecond: tiersOf('gbSecond', products),
    },
  };
}

/** What is looked at of a product. */
interface Product {
  readonly usageType: string;
  readonly location: string;
  readonly region: string;
  readonly terms: readonly unknown[];
}

function readProduct(text: string): Product {
  let entry: unknown;
  try {
    entry = JSON.parse(text);
  } catch {
    throw new DoubtfulAnswer('the Price List gave a product that is not JSON');
  }
  const attributes = member(member(entry, 'product'), 'attributes');
  return {
    usageType: textOf(member(attributes, 'usagetype')),
    location: textOf(member(attributes, 'location')),
    region: textOf(member(attributes, 'regionCode')),
    terms: valuesOf(member(member(entry, 'terms'), 'OnDemand')),
  };
}

/** The free tier is a product of its own, at price 0, of all regions. */
function isCharged({ usageType, location, region }: Product, wanted: string): boolean {
  return location !== 'Any' && !usageType.startsWith('Global-') && (region === '' || region === wanted);
}

function tiersOf(part: keyof typeof ENDS, products: readonly Product[]): readonly Tier[] {
  const fitting = products.filter(({ usageType }) => ENDS[part].test(usageType));
  // Something else may end alike: then the one with nothing but a prefix before is meant.
  const plain = fitting.filter(({ usageType }) => /^[A-Z0-9]+-?$/u.test(usageType.replace(ENDS[part], '')));
  const found = (plain.length > 0 ? plain : fitting).map((product) => readTiers(product));
  const [first, ...others] = found;
  if (first === undefined) throw new DoubtfulAnswer(`the Price List has no ${part} for this region`);
  if (others.some((other) => !isSame(first, other))) {
    throw new DoubtfulAnswer(`the Price List has several prices of a ${part}`);
  }
  return first;
}

/** In order, from 0 without a gap to Inf. */
function readTiers({ usageType, terms }: Product): readonly Tier[] {
  const doubt = (what: string): DoubtfulAnswer => new DoubtfulAnswer(`the Price List's ${usageType} ${what}`);
  if (terms.length !== 1) throw doubt(`has ${terms.length} terms on demand`);
  const tiers = valuesOf(member(terms[0], 'priceDimensions')).map((dimension): Tier => {
    const from = parseDecimal(textOf(member(dimension, 'beginRange')));
    const end = textOf(member(dimension, 'endRange'));
    const to = parseDecimal(end);
    const price = parseDecimal(textOf(member(member(dimension, 'pricePerUnit'), 'USD')));
    if (from === undefined || price === undefined || (to === undefined && end !== 'Inf')) {
      throw doubt('has a tier that cannot be read');
    }
    if (price.n < 0n) throw doubt('has a price below 0');
    return to === undefined ? { from, price } : { from, to, price };
  });
  tiers.sort((a, b) => compare(a.from, b.from));
  let end: Ratio | undefined = ZERO;
  for (const { from, to } of tiers) {
    if (end === undefined || compare(from, end) !== 0) throw doubt('has tiers with a gap or an overlap');
    end = to;
  }
  if (tiers.length === 0 || end !== undefined) throw doubt('has no last tier');
  // Nothing here is free but the free tier, which was left out.
  if (tiers.some(({ price }) => price.n === 0n)) throw doubt('costs nothing');
  return tiers;
}

function flatPrice(tiers: readonly Tier[]): Ratio {
  const [first, second] = tiers;
  if (first === undefined || second !== undefined)
    throw new DoubtfulAnswer('the Price List has tiers where it had none');
  return first.price;
}

function isSame(a: readonly Tier[], b: readonly Tier[]): boolean {
  return (
    a.length === b.length &&
    a.every((tier, index) => {
      const other = b[index];
      return other !== undefined && compare(tier.from, other.from) === 0 && compare(tier.price, other.price) === 0;
    })
  );
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function valuesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
