import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { BucketFolder } from './buckets/bucket-folder.js';
import { Driver } from './driver/driver.js';
import type { InvokeEffect } from './driver/execution-run.js';
import { FunctionCaller } from './driver/function-caller.js';
import { stopNested } from './driver/integrations/nested-execution.js';
import { MapRuns } from './driver/map-runs.js';
import { TaskCaller } from './driver/task-caller.js';
import type {
  DriveOptions,
  DriveOutcome,
  DriverInfo,
  Injection,
  LocalEnvironment,
  LocalSnapshot,
} from './local-environment.js';
import { createLocalEndpoint } from './local-endpoint.js';
import { ExecutionLog } from './logs/execution-log.js';
import { logsSchema, LogStore } from './logs/log-store.js';
import type { FunctionHost, LocalSources, WireRequest, WireResponse } from './ports.js';
import type { LoggingConfiguration } from './states/machine-configuration.js';
import type { ExecutionDriver } from './states/execution-driver.js';
import { createStatesService } from './states/states-service.js';
import {
  functionLogGroup,
  LOCAL_PREFIX,
  ORDER_LOG_GROUP,
  ORDER_MACHINE,
  ORDER_MACHINE_ARN,
  orderMachine,
  readWorkflowSettings,
} from './states/order-workflow.js';
import { INITIAL_REVISION_ID } from './states/revision-id.js';
import { TagStore } from './states/tag-operations.js';
import { closeDatabase, storeFailure, type Database } from './store/database.js';
import { emptyStore } from './store/empty-store.js';
import { ExecutionStore } from './store/execution-store.js';
import { GroupCommit } from './store/group-commit.js';
import { InjectionStore } from './store/injection-store.js';
import { LeaseStore } from './store/lease-store.js';
import { mapRunsSchema, MapRunStore } from './store/map-run-store.js';
import { nestedExecutionsSchema, NestedExecutionStore } from './store/nested-execution-store.js';
import { isBusy, isStoreError, openStore } from './store/open-store.js';
import { statesSchema } from './store/schema.js';
import { SignalStore } from './store/signal-store.js';
import { StateMachineStore } from './store/state-machine-store.js';
import { TaskTokenStore } from './store/task-token-store.js';
import { ActivityStore, activitiesSchema } from './store/activity-store.js';
import { VersionStore, versionsSchema } from './store/version-store.js';
import type { Endpoint } from './wire/endpoint.js';
import type { LoopbackServer } from './wire/http-server.js';

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
  /** Ends what is held open for clients. */
  readonly closing: AbortController;
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
  private closing: Promise<void> | undefined;
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
    this.atOnce(({ injections: store }) => {
      store.prepare(name, { injections, fastForward });
    });
  }

  drive(executionArn: string, options?: DriveOptions): Promise<DriveOutcome> {
    return this.inStore(({ driver }) => driver.drive(executionArn, options));
  }

  adopt(): Promise<void> {
    return this.inStore(({ driver }) => driver.adopt());
  }

  driverOf(executionArn: string): DriverInfo | undefined {
    return this.atOnce(({ driver }) => driver.driverOf(executionArn));
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
      const { listenOnLoopback } = await import('./wire/http-server.js');
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

  /**
   * A store that can be read is emptied in place, because other processes may have it open: a server goes on with what
   * is put there next. Files are only removed where they are of no use to anybody.
   */
  async reset(): Promise<void> {
    try {
      const { database, leases } = this.open();
      emptyStore(database, () => {
        this.assertNobodyDrives(leases);
      });
    } catch (error) {
      if (error instanceof Failure && error.exit === 'conflict') throw error;
      // Somebody is at work in it: these files are of use.
      if (isBusy(error)) throw this.translate(error);
      await this.close();
      this.removeFiles();
    }
    this.builtIn = this.resources = undefined;
    await this.inStore(async () => {
      await this.prepareBuiltIn();
      await this.ensureResources();
    });
  }

  /** @throws Failure (conflict) */
  private assertNobodyDrives(leases: LeaseStore): void {
    const drivers = leases.otherLivePids();
    if (drivers.length === 0) return;
    const processes = `process ${drivers.join(', ')}`;
    throw new Failure('conflict', `cannot reset ${this.folder}: ${processes} is driving an execution there`, {
      suggestions: ['wait until it has finished, or stop it'],
    });
  }

  private removeFiles(): void {
    for (const suffix of ['', '-wal', '-shm']) {
      try {
        rmSync(join(this.folder, `orders.db${suffix}`), { force: true });
      } catch (error) {
        throw storeFailure(error, this.folder);
      }
    }
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown().finally(() => {
      this.closing = undefined;
    });
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    const { world } = this;
    if (world === undefined) return;
    world.closing.abort();
    await world.driver.close();
    // A function that outlived its state goes on on AWS; here it gets a moment to end.
    if (this.orphans.size > 0) await settledWithin(this.orphans, DRAIN_MS);
    await (await this.functionHost?.catch(() => undefined))?.close();
    await this.functionServer?.close();
    this.world = undefined;
    this.builtIn = this.resources = this.functionHost = this.functionServer = undefined;
    closeDatabase(world.database);
  }

  private async inStore<T>(work: (world: World) => Promise<T>): Promise<T> {
    try {
      return await work(this.open());
    } catch (error) {
      throw this.translate(error);
    }
  }

  private atOnce<T>(work: (world: World) => T): T {
    try {
      return work(this.open());
    } catch (error) {
      throw this.translate(error);
    }
  }

  private readonly translate = (error: unknown): unknown =>
    isStoreError(error) ? storeFailure(error, this.folder) : error;

  private open(): World {
    this.world ??= this.createWorld(
      openStore(this.folder, [
        statesSchema,
        versionsSchema,
        activitiesSchema,
        mapRunsSchema,
        nestedExecutionsSchema,
        logsSchema,
      ]),
    );
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
    const activities = new ActivityStore(database);
    const tasks = new TaskCaller({
      functions,
      activities,
      handle: (request) => endpoint.handle(request),
      now: () => sources.now(),
      nestedExecutions: () => ({
        ...states,
        nested,
        signals,
        orphaned: (call) => {
          this.keepOrphan(call);
        },
      }),
    });
    const nested = new NestedExecutionStore(database);
    const mapRunStore = new MapRunStore(database);
    const signals = new SignalStore(database);
    const mapRuns = new MapRuns({
      executions,
      store: mapRunStore,
      signals,
      sources,
      buckets: new BucketFolder(join(this.folder, 'buckets')),
      driver: (): ExecutionDriver => driver,
    });
    const driver: Driver = new Driver({
      database,
      executions,
      machines,
      leases,
      injections,
      tokens,
      signals,
      mapRuns,
      mapRunStore,
      nested,
      commits: new GroupCommit(database),
      sources,
      call: (effect, caller) => tasks.call(effect, caller),
      stopNested: (parent, call) => {
        stopNested(parent, call, { nested, executions, signals });
      },
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
    const versions = new VersionStore(database);
    const closing = new AbortController();
    const states = {
      machines,
      versions,
      findMachine,
      prepareBuiltIn,
      tags,
      sources,
      executions,
      injections,
      driver,
      tokens,
      activities,
      mapRuns: mapRunStore,
      closing: closing.signal,
      call: (effect: InvokeEffect) => tasks.call(effect),
    };
    const endpoint = createLocalEndpoint({
      database,
      logs,
      functions,
      sources,
      states: () => createStatesService(states),
      ensureResources: () => this.ensureResources(),
      workflowSettings: () => this.workflowSettings(),
      translate: this.translate,
    });
    return { database, executions, machines, leases, injections, logs, driver, endpoint, closing };
  }

  /** The shipped definition is the machine's current revision; executions that run keep theirs. */
  private prepareBuiltIn(): Promise<void> {
    this.builtIn ??= (async () => {
      const { machines, logs } = this.open();
      const { sources } = this.options;
      const shipped = await orderMachine(this.workflowFolder);
      const present = machines.find(ORDER_MACHINE_ARN);
      if (present?.definition === shipped.definition && present.logging === shipped.logging) return;
      const identity = { arn: ORDER_MACHINE_ARN, name: ORDER_MACHINE, type: 'STANDARD' } as const;
      const { created } = machines.create({ ...identity, ...shipped }, INITIAL_REVISION_ID, sources.now());
      if (!created) machines.update(ORDER_MACHINE_ARN, shipped, sources.uuid(), sources.now());
      // On AWS the groups are there before the first line is.
      const { functions } = await this.workflowSettings();
      for (const group of [ORDER_LOG_GROUP, ...Object.keys(functions).map(functionLogGroup)]) {
        logs.createGroup(group, sources.now());
      }
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

  private workflowSettings() {
    return readWorkflowSettings(this.workflowFolder);
  }

  /** The functions' host, and the loopback port through which functions reach everything else. */
  private host(): Promise<FunctionHost> {
    this.functionHost ??= (async () => {
      const { createFunctionHost } = await import('./functions/function-host.js');
      const { functionEnvironment } = await import('./order-resources.js');
      const { FunctionLog } = await import('./logs/function-log.js');
      const { listenOnLoopback } = await import('./wire/http-server.js');
      await this.ensureResources();
      const { endpoint, logs } = this.open();
      const { sources, packageRoot } = this.options;
      const { functions } = await this.workflowSettings();
      const server = await listenOnLoopback((request) => endpoint.handle(request), 0);
      this.functionServer = server;
      const log = new FunctionLog(logs, sources.uuid().replaceAll('-', ''));
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
