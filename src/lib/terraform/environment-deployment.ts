import { join } from 'node:path';
import { createClients, type ClientSet } from '../aws/clients.js';
import { credentialFailure } from '../aws/credential-failure.js';
import { isLoopback } from '../aws/endpoint.js';
import { Failure } from '../cli/failure.js';
import type { Deployment } from '../environment/deployment.js';
import type { FunctionArchive } from '../packaging/function-archives.js';
import { assertStateIsNotForgotten, chooseBackend, type Backend } from './backend.js';
import { findBinary, type Binary } from './binary.js';
import { checkDefinition, checkTemplate, readWorkflow, type Workflow } from './definition-check.js';
import type { UiMessage } from './message.js';
import type { Plan } from './plan.js';
import type { StopWishes } from './process.js';
import { TerraformSession, type Purpose } from './session.js';
import { providerEnvironment, type Target } from './target.js';
import { planVariables, type Variables } from './variables.js';
import { fillWorkFolder, localStatePath, openWorkFolder, PLACES, type WorkFolder } from './work-folder.js';

export interface DeploymentSettings {
  readonly target: Target;
  readonly env: NodeJS.ProcessEnv;
  /** Of the user: states and work folders lie there. */
  readonly dataFolder: string;
  readonly packageRoot: string;
  /** Where `infra/environments` is looked for before the package's own. */
  readonly cwd: string;
  readonly vars: readonly string[];
  readonly varFiles: readonly string[];
  readonly backendConfig?: string | undefined;
  /** The state was elsewhere until now. */
  readonly stateChange?: 'migrate' | 'reconfigure' | undefined;
  readonly stopWishes: StopWishes;
  readonly onMessage: (message: UiMessage) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A plan, and where it leads to. */
export interface Planned {
  readonly plan: Plan;
  readonly changes: boolean;
  readonly region: string;
  readonly accountId: string;
  /** What the last apply published; absent before the first. */
  readonly before?: Deployment;
}

/** @throws Failure (terraform) without a usable binary, before anything else is looked at */
export async function openDeployment(settings: DeploymentSettings): Promise<EnvironmentDeployment> {
  const { target, env, dataFolder, packageRoot, cwd } = settings;
  const binary = await findBinary(env);
  const places = [join(cwd, 'infra', 'environments'), join(packageRoot, 'infra', 'environments')];
  const localState = localStatePath(dataFolder, target.name);
  const backend = chooseBackend({
    given: settings.backendConfig,
    environment: target.name,
    environments: places,
    localState,
  });
  assertStateIsNotForgotten(backend, localState, settings.stateChange === 'migrate');
  const variables = planVariables({
    ...settings,
    environment: target.name,
    environments: places,
    decided: { environment: target.name, ...PLACES, ...(target.region === undefined ? {} : { region: target.region }) },
  });
  const workflow = await readWorkflow(join(packageRoot, 'workflows', 'order-processing'));
  await checkTemplate(join(packageRoot, 'workflows', 'order-processing'), workflow);
  const folder = await openWorkFolder(dataFolder, target.name);
  return new EnvironmentDeployment(settings, { binary, backend, variables, workflow, folder }).fill();
}

interface Parts {
  readonly binary: Binary;
  readonly backend: Backend;
  readonly variables: Variables;
  readonly workflow: Workflow;
  readonly folder: WorkFolder;
}

/**
 * One run of Terraform for one environment, from filling its work folder to removing the plan. The order of calls: `init`,
 * `plan`, perhaps `apply` and `deployment`, `close` in any case.
 */
export class EnvironmentDeployment {
  readonly environment: string;
  readonly binary: Binary;
  readonly backend: Backend;
  readonly variables: Variables;
  readonly workflow: Workflow;
  archives: readonly FunctionArchive[] = [];
  private readonly folder: WorkFolder;
  private readonly session: TerraformSession;
  private region: string | undefined;
  private made: ClientSet | undefined;

  constructor(
    private readonly settings: DeploymentSettings,
    parts: Parts,
  ) {
    this.environment = settings.target.name;
    this.binary = parts.binary;
    this.backend = parts.backend;
    this.variables = parts.variables;
    this.workflow = parts.workflow;
    this.folder = parts.folder;
    this.region = settings.target.region;
    const providerEnv = providerEnvironment(settings.target, settings.env, isLoopback);
    this.session = new TerraformSession({ ...parts, ...settings, providerEnv });
  }

  async fill(): Promise<this> {
    const { packageRoot } = this.settings;
    try {
      const region = await this.regionOfAws();
      this.archives = await fillWorkFolder(this.folder, {
        packageRoot,
        workflow: this.workflow,
        backend: this.backend,
        weakVariables: region === undefined ? {} : { region },
      });
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async init(): Promise<void> {
    await this.session.init(this.settings.stateChange);
  }

  /** @throws Failure (denied) for another account than the environment is in, (usage) for another region */
  async plan(purpose: Purpose): Promise<Planned> {
    const { plan, changes } = await this.session.plan(purpose, this.variables.args);
    const planned = plan.variables['region'];
    const region = typeof planned === 'string' ? planned : (this.region ?? '');
    this.pointTo(region);
    const { Account: accountId = '' } = await (await this.clients().sts()).getCallerIdentity({});
    const before = plan.priorOutputs['deployment'] as Deployment | undefined;
    const { name, accountId: configured } = this.settings.target;
    assertSamePlace(
      name,
      { accountId: configured ?? before?.accountId, region: before?.region },
      { region, accountId },
    );
    const { machine } = plan;
    if (purpose === 'deploy' && machine?.definition !== undefined) {
      checkDefinition(machine.definition, machine.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD');
    }
    return { plan, changes, region, accountId, ...(before?.schemaVersion === undefined ? {} : { before }) };
  }

  apply({ plan }: Planned): Promise<void> {
    return this.session.apply(plan);
  }

  /** The output that the apply left. @throws Failure (bug) when the module has none */
  async deployment(): Promise<Deployment> {
    const { deployment } = await this.session.outputs();
    if (typeof deployment === 'object' && deployment !== null) return deployment as Deployment;
    throw new Failure('bug', 'the module has no output `deployment`: nobody can find what was deployed');
  }

  /** For the region that was planned for. */
  clients(): ClientSet {
    const { target, env } = this.settings;
    return (this.made ??= createClients({ ...target, region: this.region, env }));
  }

  async close(): Promise<void> {
    this.made?.close();
    await this.folder.close();
  }

  /**
   * What variables and profile of AWS say; a file of variables may know better.
   * @throws Failure (usage) when nobody knows one: Terraform would ask for a variable in its own words
   */
  private async regionOfAws(): Promise<string | undefined> {
    if (this.region !== undefined) return this.region;
    const { target, env } = this.settings;
    try {
      return await (await this.clients().sts()).config.region();
    } catch (error) {
      if (this.variables.nameRegion) return undefined;
      throw credentialFailure(error as Error, { profile: target.profile, env }) ?? error;
    }
  }

  private pointTo(region: string): void {
    if (region === this.region) return;
    this.made?.close();
    this.made = undefined;
    this.region = region;
  }
}

interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** Elsewhere Terraform would find nothing of what its state names, and make all of it again. */
function assertSamePlace(name: string, before: { [Key in keyof Place]: string | undefined }, now: Place): void {
  if (before.accountId !== undefined && before.accountId !== now.accountId) {
    throw new Failure('denied', `environment ${name} is in account ${before.accountId}, not in ${now.accountId}`, {
      suggestions: ['choose the right credentials with --profile', 'or give the new environment a name of its own'],
    });
  }
  if (before.region !== undefined && before.region !== now.region) {
    throw new Failure('usage', `environment ${name} is in region ${before.region}, not in ${now.region}`, {
      suggestions: [`name it: --region ${before.region}`, 'or give the new environment a name of its own'],
    });
  }
}
