import { CONFIRMATION_TOPIC, CUSTOMER_NOTICE_TOPIC, STRIPE_SECRET_ARN } from '../order-resources.js';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './arns.js';
import {
  CONFIRMATION_QUEUE_URL,
  functionLogGroup,
  LOCAL_PREFIX,
  ORDER_LOG_GROUP,
  ORDER_MACHINE,
  ORDER_MACHINE_ARN,
  type WorkflowSettings,
} from './order-workflow.js';

export const LOCAL_DEPLOYMENT_PARAMETER = '/orders/local/deployment';

/** What a deployment publishes about itself, so that whoever knows the environment's name can operate it. */
export interface PublishedDeployment {
  readonly schemaVersion: 1;
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
  readonly stateMachine: {
    readonly name: string;
    readonly arn: string;
    /** The ARN of the alias that executions are started by; null when they are started by the machine's own. */
    readonly aliasArn: string | null;
    readonly type: 'STANDARD' | 'EXPRESS';
    readonly logGroup: string;
  };
  readonly functions: Readonly<
    Record<string, { readonly name: string; readonly alias: string; readonly logGroup: string }>
  >;
  /** Table of the ledger -> its deployed name. */
  readonly tables: Readonly<Record<string, string>>;
  /** Topic -> its ARN. */
  readonly topics: Readonly<Record<string, string>>;
  /** Queue -> its URL. */
  readonly queues: Readonly<Record<string, string>>;
  readonly stripeSecretArn: string;
}

/** The document of the local environment; it fits the 4 KB of a parameter. */
export function localDeployment(settings: WorkflowSettings): PublishedDeployment {
  const functions = Object.keys(settings.functions).map((bundle) => [
    bundle,
    { name: `${LOCAL_PREFIX}${bundle}`, alias: settings.alias, logGroup: functionLogGroup(bundle) },
  ]);
  const tables = Object.keys(settings.tables).map((table) => [table, `${LOCAL_PREFIX}${table}`]);
  return {
    schemaVersion: 1,
    environment: 'local',
    region: LOCAL_REGION,
    accountId: LOCAL_ACCOUNT,
    stateMachine: {
      name: ORDER_MACHINE,
      arn: ORDER_MACHINE_ARN,
      aliasArn: null,
      type: 'STANDARD',
      logGroup: ORDER_LOG_GROUP,
    },
    functions: Object.fromEntries(functions) as PublishedDeployment['functions'],
    tables: Object.fromEntries(tables) as Record<string, string>,
    topics: { confirmations: CONFIRMATION_TOPIC, 'customer-notices': CUSTOMER_NOTICE_TOPIC },
    queues: { 'confirmation-retries': CONFIRMATION_QUEUE_URL },
    stripeSecretArn: STRIPE_SECRET_ARN,
  };
}
