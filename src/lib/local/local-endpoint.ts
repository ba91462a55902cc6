import type { FunctionCaller } from './driver/function-caller.js';
import type { LogStore } from './logs/log-store.js';
import type { LocalSources, WireService } from './ports.js';
import { LOCAL_ACCOUNT } from './states/arns.js';
import type { WorkflowSettings } from './states/order-workflow.js';
import type { Database } from './store/database.js';
import { byPath, byScope, byTarget, Endpoint } from './wire/endpoint.js';

export interface EndpointParts {
  readonly database: Database.Database;
  readonly logs: LogStore;
  readonly functions: FunctionCaller;
  readonly sources: LocalSources;
  /** Step Functions. */
  states(): WireService;
  /** Puts tables, topics, queue, secret and demo stock in place, once. */
  ensureResources(): Promise<void>;
  workflowSettings(): Promise<WorkflowSettings>;
  translate(this: void, error: unknown): unknown;
}

/** All services of the local environment behind one address; each is loaded at its first request. */
export function createLocalEndpoint(parts: EndpointParts): Endpoint {
  const { database, logs, functions, sources } = parts;
  const withResources = (load: () => Promise<WireService>) => async () => {
    await parts.ensureResources();
    return load();
  };
  const routes = [
    { matches: byTarget('AWSStepFunctions'), service: () => parts.states() },
    {
      matches: byTarget('Logs_20140328'),
      service: async () => (await import('./logs/logs-service.js')).createLogsService(logs, sources),
    },
    {
      matches: byTarget('DynamoDB_20120810'),
      service: withResources(async () => {
        const { createDynamoDbService } = await import('./dynamodb/dynamodb-service.js');
        return createDynamoDbService(database, sources);
      }),
    },
    {
      matches: byTarget('AmazonSQS'),
      service: withResources(async () => (await import('./sqs/sqs-service.js')).createSqsService(database, sources)),
    },
    {
      matches: byTarget('secretsmanager'),
      service: withResources(async () => {
        const { createSecretsService } = await import('./secrets/secrets-service.js');
        return createSecretsService(database, sources);
      }),
    },
    {
      matches: byScope('sns'),
      service: withResources(async () => (await import('./sns/sns-service.js')).createSnsService(database, sources)),
    },
    {
      matches: byPath('/stripe/'),
      service: withResources(async () => {
        const { createStripeFake } = await import('./stripe/stripe-fake.js');
        return createStripeFake(database, sources);
      }),
    },
    {
      matches: byTarget('AmazonSSM'),
      service: async () => {
        const { createParametersService } = await import('./ssm/parameters-service.js');
        const { LOCAL_DEPLOYMENT_PARAMETER, localDeployment } = await import('./states/local-deployment.js');
        const published = JSON.stringify(localDeployment(await parts.workflowSettings()));
        return createParametersService(new Map([[LOCAL_DEPLOYMENT_PARAMETER, published]]), sources.now(), sources);
      },
    },
    {
      matches: byScope('sts'),
      service: async () => (await import('./wire/sts-service.js')).createStsService(LOCAL_ACCOUNT, sources),
    },
    {
      matches: byPath('/2015-03-31/functions'),
      service: async () => {
        const { createLambdaService } = await import('./wire/lambda-service.js');
        return createLambdaService(functions, await parts.workflowSettings(), sources);
      },
    },
  ];
  return new Endpoint(routes, sources, parts.translate);
}
