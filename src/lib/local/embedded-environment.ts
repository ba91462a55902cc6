import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { Driver } from './driver/driver.js';
import { FunctionCaller } from './driver/function-caller.js';
import { TaskCaller } from './driver/task-caller.js';
import type {
  DriveOptions,
  DriveOutcome,
  DriverInfo,
  Injection,
  LocalEnvironment,
  LocalSnapshot,
} from './local-environment.js';
import { ExecutionLog } from './logs/execution-log.js';
import { logsSchema, LogStore } from './logs/log-store.js';
import type { FunctionHost, LocalSources, WireRequest, WireResponse, WireService } from './ports.js';
import type { LoggingConfiguration } from './states/machine-configuration.js';
import { createStatesService } from './states/states-service.js';
import { LOCAL_PREFIX, ORDER_MACHINE, ORDER_MACHINE_ARN } from './states/order-workflow.js';
import { TagStore } from './states/tag-operations.js';
import { storeFailure, type Database } from './store/database.js';
import { ExecutionStore } from './store/execution-store.js';
import { InjectionStore } from './store/injection-store.js';
import { LeaseStore } from './store/lease-store.js';
import { isStoreError, openStore } from './store/open-store.js';
import { statesSchema } from './store/schema.js';
import { SignalStore } from './store/signal-store.js';
import { StateMachineStore } from './store/state-machine-store.js';
import { TaskTokenStore } from './store/task-token-store.js';
import { byPath, byScope, byTarget, Endpoint } from './wire/endpoint.js';
import { listenOnLoopback, type LoopbackServer } from './wire/http-server.js';
import { LOCAL_ACCOUNT } from './states/arns.js';

/** How long closing waits for functions that still run although nobody waits for them. */
const DRAIN_MS = 5_000;

export interface LocalOptions {
  /** Where the store is kept; made when first needed. */
  readonly folder: string;
  /** Holds dist/ and workflows/. */
  readonly packageRoot: string;
  readonly sources: LocalSources;
  /** AWS_ENDPOINT_URL_LAMBDA is looked up here, for functions that are not bundled. */
  readonly env: NodeJS.ProcessEnv;
}

/** What stands on an open store. */
interface World {
  readonly database: Database.Database;
  readonly executions: ExecutionStore;
  readonly machines: StateMachineStore;
  readonly leases: LeaseStore;
  readonly injections: InjectionStore;
  readonly logs: LogStore;
  readonly driver: Driver;
  readonly endpoint: Endpoint;
}

/** The local environment inside this process; each part is made when it is first needed. */
export class EmbeddedEnvironment implements LocalEnvironment {
  readonly folder: string;
  readonly stateMachineArn = ORDER_MACHINE_ARN;
  private readonly workflowFolder: string;
  private world: World | undefined;
  private builtIn: Promise<void> | undefined;
  private resources: Promise<void> | undefined;
  private functionHost: Promise<FunctionHost> | undefined;
  private functionServer: LoopbackServer | undefined;
  /** Functions that outlived their states, for closing to wait for. */
  private readonly orphans = new Set<Promise<unknown>>();

  constructor(private readonly options: LocalOptions) {
    this.folder = options.folder;
    this.workflowFolder = join(options.packageRoot, 'workflows', ORDER_MACHINE);
  }

  handle(request: WireRequest): Promise<WireResponse> {
    return this.inStore(({ endpoint }) => endpoint.handle(request));
  }

  prepare(name: string, options: { injections?: readonly Injection[]; fastForward?: boolean }): void {
    const { injections = [], fastForward = false } = options;
    this.open().injections.prepare(name, { injections, fastForward });
  }

  drive(executionArn: string, options?: DriveOptions): Promise<DriveOutcome> {
    return this.inStore(({ driver }) => driver.drive(executionArn, options));
  }

  adopt(): Promise<void> {
    return this.inStore(({ driver }) => driver.adopt());
  }

  driverOf(executionArn: string): DriverInfo | undefined {
    return this.open().driver.driverOf(executionArn);
  }

  snapshot(orderId?: string): Promise<LocalSnapshot> {
    return this.inStore(async ({ database, executions }) => {
      await this.ensureResources();
      const { takeSnapshot } = await import('./snapshot.js');
      return takeSnapshot(database, executions, orderId);
    });
  }

  serve(port: number): Promise<{ readonly port: number; close(): Promise<void> }> {
    return this.inStore(async ({ endpoint, driver }) => {
      const server = await listenOnLoopback((request) => endpoint.handle(request), port);
      driver.serve();
      return {
        port: server.port,
        close: async () => {
          driver.stopServing();
          await server.close();
        },
      };
    });
  }

  async reset(): Promise<void> {
    let drivers: readonly number[] = [];
    try {
      drivers = this.open().leases.otherLivePids();
    } catch {
      // A store that cannot be read is a reason to reset it, not an obstacle.
    }
    if (drivers.length > 0) {
      throw new Failure('conflict', `cannot reset ${this.folder}: process ${drivers.join(', ')} is driving an execution there`, {
        suggestions: ['wait until it has finished, or stop it'],
      });
    }
    await this.close();
    for (const suffix of ['', '-wal', '-shm']) {
      try {
        rmSync(join(this.folder, `orders.db${suffix}`), { force: true });
      } catch (error) {
        throw storeFailure(error, this.folder);
      }
    }
  }

  async close(): Promise<void> {
    const { world } = this;
    if (world === undefined) return;
    await world.driver.close();
    // A function that outlived its state goes on on AWS; here it gets a moment to end.
    if (this.orphans.size > 0) await settledWithin(this.orphans, DRAIN_MS);
    await (await this.functionHost?.catch(() => undefined))?.close();
    await this.functionServer?.close();
    this.world = undefined;
    this.builtIn = this.resources = this.functionHost = this.functionServer = undefined;
    world.database.close();
  }

  private async inStore<T>(work: (world: World) => Promise<T>): Promise<T> {
    try {
      return await work(this.open());
    } catch (error) {
      throw this.translate(error);
    }
  }

  private readonly translate = (error: unknown): unknown => (isStoreError(error) ? storeFailure(error, this.folder) : error);

  private open(): World {
    this.world ??= this.createWorld(openStore(this.folder, [statesSchema, logsSchema]));
    return this.world;
  }

  private createWorld(database: Database.Database): World {
    const { sources, env } = this.options;
    const executions = new ExecutionStore(database);
    const machines = new StateMachineStore(database);
    const leases = new LeaseStore(database, sources.uuid(), () => sources.now());
    const injections = new InjectionStore(database);
    const tokens = new TaskTokenStore(database);
    const logs = new LogStore(database);
    const executionLog = new ExecutionLog(logs, sources.uuid().slice(0, 8), () => sources.now());
    const functions = new FunctionCaller({
      namePrefix: LOCAL_PREFIX,
      host: () => this.host(),
      lambdaEndpoint: env['AWS_ENDPOINT_URL_LAMBDA'],
      uuid: () => sources.uuid(),
    });
    const tasks = new TaskCaller({ functions, handle: (request) => endpoint.handle(request), now: () => sources.now() });
    const driver = new Driver({
      database,
      executions,
      machines,
      leases,
      injections,
      tokens,
      signals: new SignalStore(database),
      sources,
      call: (effect) => tasks.call(effect),
      orphaned: (call) => {
        this.keepOrphan(call);
      },
      evaluate: async ({ key, expression, bindings }, clock) => {
        const { evaluateJsonata } = await import('../engine/jsonata/evaluate-jsonata.js');
        return { kind: 'evaluated', key, ...(await evaluateJsonata(expression, bindings, clock)) };
      },
      log: (execution, machine, events, redriveCount) => {
        executionLog.append(
          { executionArn: execution.arn, machineName: machine.name, type: machine.type, redriveCount },
          JSON.parse(machine.logging) as LoggingConfiguration,
          events,
        );
      },
      translate: this.translate,
    });
    const findMachine = async (arn: string) => {
      if (arn === ORDER_MACHINE_ARN) await this.prepareBuiltIn();
      return machines.find(arn);
    };
    const prepareBuiltIn = () => this.prepareBuiltIn();
    const tags = new TagStore(database);
    const states = { machines, findMachine, prepareBuiltIn, tags, sources, executions, injections, driver, tokens };
    const endpoint = this.createEndpoint(database, logs, functions, () => createStatesService(states));
    return { database, executions, machines, leases, injections, logs, driver, endpoint };
  }

  private createEndpoint(
    database: Database.Database,
    logs: LogStore,
    functions: FunctionCaller,
    states: () => WireService,
  ): Endpoint {
    const { sources } = this.options;
    const withResources = (load: () => Promise<WireService>) => async () => {
      await this.ensureResources();
      return load();
    };
    return new Endpoint(
      [
        { matches: byTarget('AWSStepFunctions'), service: states },
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
          service: withResources(async () =>
            (await import('./secrets/secrets-service.js')).createSecretsService(database, sources),
          ),
        },
        {
          matches: byScope('sns'),
          service: withResources(async () => (await import('./sns/sns-service.js')).createSnsService(database, sources)),
        },
        {
          matches: byPath('/stripe/'),
          service: withResources(async () => (await import('./stripe/stripe-fake.js')).createStripeFake(database, sources)),
        },
        {
          matches: byScope('sts'),
          service: async () => (await import('./wire/sts-service.js')).createStsService(LOCAL_ACCOUNT, sources),
        },
        {
          matches: byPath('/2015-03-31/functions/'),
          service: async () => {
            const { createLambdaService } = await import('./wire/lambda-service.js');
            return createLambdaService(functions, await this.workflowSettings(), sources);
          },
        },
      ],
      sources,
      this.translate,
    );
  }

  /** The shipped definition is the machine's current revision; executions that run keep theirs. */
  private prepareBuiltIn(): Promise<void> {
    this.builtIn ??= (async () => {
      const { orderMachine } = await import('./states/order-workflow.js');
      const { machines } = this.open();
      const { sources } = this.options;
      const shipped = await orderMachine(this.workflowFolder);
      const present = machines.find(ORDER_MACHINE_ARN);
      if (present?.definition === shipped.definition && present.logging === shipped.logging) return;
      const identity = { arn: ORDER_MACHINE_ARN, name: ORDER_MACHINE, type: 'STANDARD' } as const;
      const { created } = machines.create({ ...identity, ...shipped }, sources.uuid(), sources.now());
      if (!created) machines.update(ORDER_MACHINE_ARN, shipped, sources.uuid(), sources.now());
    })();
    return this.builtIn;
  }

  private ensureResources(): Promise<void> {
    this.resources ??= (async () => {
      const { ensureOrderResources } = await import('./order-resources.js');
      const { database } = this.open();
      await ensureOrderResources(database, this.workflowFolder, await this.workflowSettings(), this.options.sources);
    })();
    return this.resources;
  }

  private async workflowSettings() {
    const { readWorkflowSettings } = await import('./states/order-workflow.js');
    return readWorkflowSettings(this.workflowFolder);
  }

  /** The functions' host, and the loopback port through which functions reach everything else. */
  private host(): Promise<FunctionHost> {
    this.functionHost ??= (async () => {
      const { createFunctionHost } = await import('./functions/function-host.js');
      const { functionEnvironment } = await import('./order-resources.js');
      const { FunctionLog } = await import('./logs/function-log.js');
      await this.ensureResources();
      const { endpoint, logs } = this.open();
      const { sources, packageRoot } = this.options;
      const { functions } = await this.workflowSettings();
      const server = await listenOnLoopback((request) => endpoint.handle(request), 0);
      this.functionServer = server;
      const log = new FunctionLog(logs, LOCAL_PREFIX, sources.uuid().replaceAll('-', ''));
      return createFunctionHost({
        bundleFolder: join(packageRoot, 'dist', 'functions'),
        workerFile: join(packageRoot, 'dist', 'function-worker.cjs'),
        functions,
        environment: (name) => functionEnvironment(name, server.port),
        sources,
        onLine: (line) => {
          log.write(line);
        },
      });
    })();
    return this.functionHost;
  }

  private keepOrphan(call: Promise<unknown>): void {
    const forget = () => this.orphans.delete(call);
    this.orphans.add(call);
    call.then(forget, forget);
  }
}

/** Resolves when all have settled, or after so many milliseconds. */
async function settledWithin(promises: ReadonlySet<Promise<unknown>>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([Promise.allSettled(promises), limit]);
  clearTimeout(timer);
}
