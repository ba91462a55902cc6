import { Failure } from '../cli/failure.js';

export type Action = 'create' | 'update' | 'delete' | 'replace';

/** What a plan does to one resource, without any value of it. */
export interface Change {
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** Key of `for_each` or `count`. */
  readonly key?: string;
  readonly action: Action;
  /** What AWS calls it, where it is there already: a table's name, a machine's ARN. */
  readonly id?: string;
  /** An apply that failed or was stopped left it half made: it is made anew for that alone. */
  readonly incomplete?: true;
  /** AWS refuses to delete it. */
  readonly deletionProtected?: true;
  /** Attributes that differ, or become known only while it is applied. */
  readonly attributes: readonly string[];
  /** Those that cannot change in place. */
  readonly forcing: readonly string[];
}

/** A plan as far as orders reads it. */
export interface Plan {
  readonly terraformVersion: string;
  readonly changes: readonly Change[];
  /** What is different on AWS from what the last apply left there. */
  readonly drift: readonly Change[];
  /** Names of outputs that change. */
  readonly outputs: readonly string[];
  /** The root module's variables, as they were in the end. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Outputs of the state before. */
  readonly priorOutputs: Readonly<Record<string, unknown>>;
  /** The state machine: before and after as far as known. */
  readonly machine?: PlannedMachine;
}

export interface PlannedMachine {
  readonly action: Action;
  /** Absent for one that is new. */
  readonly arn?: string;
  readonly type?: string;
  /** The definition that it gets; absent when it is only known while it is applied. */
  readonly definition?: string;
}

interface ResourceChange {
  readonly address: string;
  readonly mode?: string;
  readonly type: string;
  readonly name: string;
  readonly index?: string | number;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before?: Values | null;
    readonly after?: Values | null;
    readonly after_unknown?: Values | boolean;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

type Values = Readonly<Record<string, unknown>>;

interface PlanDocument {
  readonly format_version?: string;
  readonly terraform_version?: string;
  readonly resource_changes?: readonly ResourceChange[];
  readonly resource_drift?: readonly ResourceChange[];
  readonly output_changes?: Readonly<Record<string, { readonly actions: readonly string[] }>>;
  readonly variables?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly prior_state?: { readonly values?: { readonly outputs?: Readonly<Record<string, { value?: unknown }>> } };
}

const MACHINE = 'aws_sfn_state_machine';

/**
 * Reads what `show -json <plan>` prints: https://developer.hashicorp.com/terraform/internals/json-format
 * @throws Failure (terraform) for another major version of that format, or none of it
 */
export function readPlan(text: string): Plan {
  const document = parse(text);
  const changes = changesOf(document.resource_changes);
  const outputs = Object.entries(document.output_changes ?? {});
  const machine = machineOf(document.resource_changes, changes);
  return {
    terraformVersion: document.terraform_version ?? '',
    changes,
    drift: changesOf(document.resource_drift).filter(isRealDrift),
    outputs: outputs.flatMap(([name, { actions }]) => (actions.join() === 'no-op' ? [] : [name])),
    variables: values(document.variables),
    priorOutputs: values(document.prior_state?.values?.outputs),
    ...(machine === undefined ? {} : { machine }),
  };
}

function parse(text: string): PlanDocument {
  let document: PlanDocument | undefined;
  try {
    document = JSON.parse(text) as PlanDocument;
  } catch {
    // Said below.
  }
  if (document?.format_version?.startsWith('1.') === true) return document;
  throw new Failure('terraform', `the plan cannot be read: its format is ${document?.format_version ?? 'not JSON'}`, {
    suggestions: ['orders knows format 1 of Terraform and OpenTofu; update orders'],
  });
}

function changesOf(all: readonly ResourceChange[] = []): Change[] {
  return all.flatMap((resource) => {
    const action = actionOf(resource.change.actions);
    if (action === undefined || resource.mode === 'data') return [];
    return [
      {
        address: resource.address,
        type: resource.type,
        name: resource.name,
        ...(resource.index === undefined ? {} : { key: String(resource.index) }),
        action,
        ...(typeof resource.change.before?.['id'] === 'string' ? { id: resource.change.before['id'] } : {}),
        ...(resource.change.before?.['deletion_protection_enabled'] === true
          ? { deletionProtected: true as const }
          : {}),
        ...(resource.action_reason === 'replace_because_tainted' ? { incomplete: true as const } : {}),
        attributes: action === 'update' || action === 'replace' ? differing(resource.change) : [],
        forcing: [...new Set((resource.change.replace_paths ?? []).map((path) => String(path[0])))],
      },
    ];
  });
}

/** `read`, `no-op` and `forget` touch nothing on AWS. */
function actionOf(actions: readonly string[]): Action | undefined {
  switch (actions.join()) {
    case 'create':
    case 'update':
    case 'delete':
      return actions[0] as Action;
    case 'delete,create':
    case 'create,delete':
      return 'replace';
    default:
      return undefined;
  }
}

function differing({ before, after, after_unknown: unknown }: ResourceChange['change']): string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  const unknowns = typeof unknown === 'object' ? unknown : {};
  return [...new Set([...names, ...Object.keys(unknowns)])]
    .filter((name) => isUnknown(unknowns[name]) || !same(before?.[name], after?.[name]))
    .sort();
}

/** A provider reads back `{}` where it had written nothing; such an update has no attribute that differs. */
function isRealDrift({ action, attributes }: Change): boolean {
  return action !== 'update' || attributes.length > 0;
}

/** `true`, or a `true` somewhere inside. */
function isUnknown(mark: unknown): boolean {
  if (typeof mark === 'object' && mark !== null) return Object.values(mark).some(isUnknown);
  return mark === true;
}

/** Both come from one serializer, which orders members alike. What is absent, null or empty is the same nothing. */
function same(a: unknown, b: unknown): boolean {
  return textOf(a) === textOf(b);
}

function textOf(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return ['{}', '[]', '""'].includes(text) ? 'null' : text;
}

function machineOf(all: readonly ResourceChange[] = [], changes: readonly Change[]): PlannedMachine | undefined {
  const action = changes.find(({ type }) => type === MACHINE)?.action;
  const resource = all.find(({ type, mode }) => type === MACHINE && mode !== 'data');
  if (action === undefined || resource === undefined) return undefined;
  const { before, after } = resource.change;
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  const [arn, type, definition] = [
    text(before?.['arn']),
    text((after ?? before)?.['type']),
    text(after?.['definition']),
  ];
  return {
    action,
    ...(arn === undefined ? {} : { arn }),
    ...(type === undefined ? {} : { type }),
    ...(definition === undefined ? {} : { definition }),
  };
}

function values(all: Readonly<Record<string, { readonly value?: unknown }>> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).map(([name, { value }]) => [name, value]));
}

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly destroyed: number;
  readonly replaced: number;
}

export function countsOf(changes: readonly Change[]): Counts {
  const count = (wanted: Action): number => changes.filter(({ action }) => action === wanted).length;
  return { added: count('create'), changed: count('update'), destroyed: count('delete'), replaced: count('replace') };
}

/** Whether applying it would do anything; outputs alone are worth an apply, they are what others read. */
export function doesNothing({ changes, outputs }: Pick<Plan, 'changes' | 'outputs'>): boolean {
  return changes.length === 0 && outputs.length === 0;
}

/** Steps of an apply: what is replaced is destroyed and made. */
export function countSteps(changes: readonly Change[]): number {
  return changes.reduce((sum, { action }) => sum + (action === 'replace' ? 2 : 1), 0);
}
