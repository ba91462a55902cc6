import type { Deployment } from '../../src/lib/environment/deployment.js';

export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '210987654321';
export const REGION = 'eu-central-1';

/** What environment `prod` could have published. */
export function deployment(changes: Partial<Deployment> = {}): Deployment {
  const { accountId = ACCOUNT, region = REGION, environment = 'prod' } = changes;
  const arn = machineArn({ accountId, region });
  return {
    schemaVersion: 1,
    environment,
    region,
    accountId,
    stateMachine: {
      name: 'orders-prod',
      arn,
      aliasArn: `${arn}:live`,
      type: 'STANDARD',
      logGroup: '/aws/vendedlogs/states/orders-prod',
    },
    functions: { 'charge-payment': { name: 'p-charge', alias: 'live', logGroup: '/aws/lambda/p-charge' } },
    tables: { orders: 'p-orders' },
    topics: { confirmations: `arn:aws:sns:${region}:${accountId}:confirmations` },
    queues: {},
    stripeSecretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:stripe`,
    ...changes,
  };
}

export function machineArn({ accountId = ACCOUNT, region = REGION, name = 'orders-prod' } = {}): string {
  return `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
}
