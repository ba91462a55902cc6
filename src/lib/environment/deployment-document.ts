/**
 * What a deployment publishes about itself, as JSON in the parameter `/orders/<environment>/deployment`, so that whoever
 * knows the environment's name can operate it. Terraform writes it on AWS, the local environment serves its own. At most
 * 4 KB, the size of a standard parameter. A reader takes what it knows and refuses another `schemaVersion`.
 */
export interface Deployment {
  readonly schemaVersion: 1;
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
  readonly stateMachine: {
    readonly name: string;
    readonly arn: string;
    /** The alias that executions are started by; null where they are started by the machine's own ARN. */
    readonly aliasArn: string | null;
    readonly type: 'STANDARD' | 'EXPRESS';
    /** Name of the log group of the machine's executions. */
    readonly logGroup: string;
  };
  /** Function of workflow.json -> where it is. */
  readonly functions: Readonly<Record<string, DeployedFunction>>;
  /** Table of workflow.json -> its deployed name. */
  readonly tables: Readonly<Record<string, string>>;
  /** Topic -> its ARN: `confirmations`, `customer-notices`. */
  readonly topics: Readonly<Record<string, string>>;
  /** Queue -> its URL: `confirmation-retries`. */
  readonly queues: Readonly<Record<string, string>>;
  /** The secret with Stripe's key: {"apiKey": "..."}. */
  readonly stripeSecretArn: string;
}

export interface DeployedFunction {
  readonly name: string;
  readonly alias: string;
  readonly logGroup: string;
}
