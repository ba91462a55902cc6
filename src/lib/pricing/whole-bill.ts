import { chargeAt, chargeByTiers, type Charge } from './charge.js';
import { SERVICES } from './price-table.js';
import { minus, plus, ratio, smaller, times, ZERO, type Ratio } from './ratio.js';
import { monthly } from './usage.js';

/** What one order uses of the services around its execution, on average. */
export interface Surroundings {
  readonly functionCalls: Ratio;
  /** Of one call. */
  readonly functionMs: Ratio;
  readonly functionMb: bigint;
  readonly architecture: 'arm64' | 'x86_64';
  readonly dynamodbWrites: Ratio;
  readonly dynamodbReads: Ratio;
  readonly snsPublishes: Ratio;
  /** Log of the execution, bytes an order. */
  readonly executionLogBytes: Ratio;
  /** Log of a function, bytes a call. */
  readonly functionLogBytes: Ratio;
  /** Share of the orders that are traced. */
  readonly traced: Ratio;
}

const GB = ratio(1, 1_000_000_000);

/** The log that Step Functions writes of the executions. */
export function logCharges(executions: bigint, bytesPerOrder: Ratio, region: string): Charge[] {
  return gigabytes('executionLogs', times(monthly(executions, bytesPerOrder), GB), region);
}

/** The rest of the bill, the execution's log included. @param freeTier whether what is given away is taken off */
export function surroundingCharges(
  executions: bigint,
  order: Surroundings,
  region: string,
  freeTier: boolean,
): Charge[] {
  const free = (amount: Ratio): Ratio | undefined => (freeTier ? amount : undefined);
  const calls = monthly(executions, order.functionCalls);
  const seconds = times(monthly(executions, times(order.functionCalls, order.functionMs)), ratio(1, 1_000));
  const lambdaGbSeconds = times(seconds, ratio(order.functionMb, 1_024n));
  const covered = freeTier ? smaller(lambdaGbSeconds, SERVICES.lambdaGbSecond.free) : ZERO;
  const lambda = chargeByTiers(
    'lambdaDuration',
    minus(lambdaGbSeconds, covered),
    SERVICES.lambdaGbSecond[order.architecture],
  );
  const executionLogs = times(monthly(executions, order.executionLogBytes), GB);
  const functionLogs = times(monthly(executions, times(order.functionCalls, order.functionLogBytes)), GB);
  const { dynamodb, lambdaRequest, snsPublish, trace, logStorage } = SERVICES;
  return [
    chargeAt('lambdaRequests', calls, lambdaRequest.price, free(lambdaRequest.free)),
    ...lambda.map((charge, index) => (index === 0 && freeTier ? { ...charge, free: covered } : charge)),
    chargeAt('dynamodbWrites', monthly(executions, order.dynamodbWrites), priceIn(region, dynamodb.write)),
    chargeAt('dynamodbReads', monthly(executions, order.dynamodbReads), priceIn(region, dynamodb.read)),
    chargeAt('snsPublishes', monthly(executions, order.snsPublishes), snsPublish.price, free(snsPublish.free)),
    ...gigabytes('executionLogs', executionLogs, region),
    ...gigabytes('functionLogs', functionLogs, region, executionLogs),
    chargeAt('logStorage', plus(executionLogs, functionLogs), logStorage.price),
    chargeAt('traces', monthly(executions, order.traced), trace.price, free(trace.free)),
  ];
}

function priceIn(
  region: string,
  { price, regions }: { readonly price: Ratio; readonly regions: Readonly<Record<string, Ratio>> },
): Ratio {
  return regions[region] ?? price;
}

/** Both kinds of log fill the same tiers. */
function gigabytes(item: 'executionLogs' | 'functionLogs', amount: Ratio, region: string, used?: Ratio): Charge[] {
  const first = SERVICES.logGb.first[region];
  const tiers = SERVICES.logGb.tiers.map((tier, index) =>
    index === 0 && first !== undefined ? { ...tier, price: first } : tier,
  );
  return chargeByTiers(item, amount, tiers, used);
}
