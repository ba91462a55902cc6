import { sanitize } from '../cli/sanitize.js';
import type { Table } from '../cli/table.js';
import type { Deployment } from '../environment/deployment.js';
import type { Backend } from '../terraform/backend.js';
import type { Binary } from '../terraform/binary.js';
import type { TableStake } from '../terraform/data-at-stake.js';
import type { EnvironmentDeployment, Planned } from '../terraform/environment-deployment.js';
import { guardedChanges, type Guarded } from '../terraform/guard.js';
import { countsOf, type Action, type Change, type Counts } from '../terraform/plan.js';
import type { RunningCount } from '../terraform/running-executions.js';
import type { AliasVerdict } from '../terraform/verify-deployment.js';
import { kindText, nameText } from './resource-name.js';
import type { Style } from './style.js';

/** What a plan comes to; part of the answers of deploy and destroy. */
export interface PlanAnswer {
  readonly environment: string;
  readonly region: string;
  readonly accountId: string;
  readonly terraform: Binary;
  readonly state: { readonly backend: string; readonly file: string };
  readonly variableFiles: readonly string[];
  readonly changes: readonly Change[];
  readonly counts: Counts;
  /** Changes that need the environment's name. */
  readonly guarded: readonly Guarded[];
  /** Executions that run while the machine changes; null where they cannot be counted, absent where it does not change. */
  readonly running?: RunningCount | null;
}

export interface DeployAnswer extends PlanAnswer {
  readonly verdict: 'deployed' | 'no-changes' | 'planned' | 'drift' | 'no-drift';
  readonly functions: readonly { readonly function: string; readonly bytes: number; readonly sha256: string }[];
  readonly deployment?: Deployment;
  /** Whether the document could be read back where others read it. */
  readonly published?: boolean;
  /** What a start runs now. */
  readonly alias?: AliasVerdict;
}

export interface DestroyAnswer extends PlanAnswer {
  readonly verdict: 'destroyed' | 'nothing-there' | 'planned';
  readonly tables: readonly TableStake[];
  /** Orders that are neither fulfilled nor cancelled; null where they cannot be counted. */
  readonly unfinished: { readonly orders: number; readonly more: boolean } | null;
}

export function planAnswer(
  environment: string,
  work: Pick<EnvironmentDeployment, 'binary' | 'backend' | 'variables'>,
  { plan, region, accountId }: Planned,
  changes: readonly Change[] = plan.changes,
): PlanAnswer {
  return {
    environment,
    region,
    accountId,
    terraform: work.binary,
    state: { backend: work.backend.type, file: work.backend.file },
    variableFiles: work.variables.files,
    changes,
    counts: countsOf(changes),
    guarded: guardedChanges(changes),
  };
}

/** Where the state is, and what that means for others. */
export function stateLines(backend: Backend): string[] {
  if (backend.kind === 'remote') return [`state: ${backend.type}, by ${sanitize(backend.file)}`];
  return [
    `state: on this machine, ${sanitize(backend.file)}`,
    'colleagues and other machines do not see it: a backend file (--backend-config) puts it where all do',
  ];
}

const VERBS: Readonly<Record<Action, string>> = {
  delete: 'destroy',
  replace: 'replace',
  update: 'change',
  create: 'add',
};
const ORDER: readonly Action[] = ['delete', 'replace', 'update', 'create'];

/** One row for all resources of a kind to which the same happens, what is lost first. */
export function changeTable(changes: readonly Change[], style: Style): Table {
  const groups = new Map<string, Change[]>();
  for (const action of ORDER) {
    for (const change of changes.filter((candidate) => candidate.action === action)) {
      const id = [action, kindText(change.type), differsText(change)].join('\n');
      groups.set(id, [...(groups.get(id) ?? []), change]);
    }
  }
  const colour = { delete: 'red', replace: 'red', update: 'yellow', create: 'green' } as const;
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.map(nameText).sort();
    return [
      [
        style.paint(colour[first.action], VERBS[first.action]),
        kindText(first.type),
        names.join(', '),
        differsText(first),
      ],
    ];
  });
  const plain = rows.every((row) => row[3] === '');
  return {
    head: plain ? ['Change', 'Resource', 'Name'] : ['Change', 'Resource', 'Name', 'Differs in'],
    rows: plain ? rows.map((row) => row.slice(0, 3)) : rows,
  };
}

function differsText({ action, attributes, forcing, incomplete }: Change): string {
  if (incomplete === true) return 'was not made completely';
  if (action === 'replace') return sanitize((forcing.length > 0 ? forcing : attributes).join(', '));
  return action === 'update' ? sanitize(attributes.join(', ')) : '';
}

export function countsText({ added, changed, destroyed, replaced }: Counts): string {
  return `${added} to add, ${changed} to change, ${replaced} to replace, ${destroyed} to destroy`;
}

const LOSSES: Readonly<Record<Guarded['loss'], string>> = {
  data: 'its items are gone for good',
  key: 'what is encrypted with it cannot be read any more',
  logs: 'its lines are gone for good',
  messages: 'messages in it are gone for good',
  executions: 'its running executions end and their histories are forgotten',
};

/** One line for each thing that cannot be undone. */
export function guardLines(guarded: readonly Guarded[]): string[] {
  return guarded.map(
    (change) => `${VERBS[change.action]} ${kindText(change.type)} ${nameText(change)}: ${LOSSES[change.loss]}`,
  );
}

/** What a change of the machine means for what runs. */
export function runningText(running: RunningCount | null, { plan }: Planned): string {
  const ends = plan.machine?.action === 'delete' || plan.machine?.action === 'replace';
  const after = ends ? 'they end with the machine' : 'they go on with the definition they began with';
  if (running === null) return `how many executions run cannot be told: ${after}`;
  if (running.running === 0) return 'no execution is running';
  const many = `${running.more ? 'more than ' : ''}${running.running} execution${running.running === 1 ? ' is' : 's are'} running`;
  return `${many}: ${running.running === 1 ? after.replace('they go', 'it goes').replace('they end', 'it ends').replace('they began', 'it began') : after}`;
}

/** What a start does from now on. */
export function aliasText(alias: AliasVerdict | undefined, { plan }: Planned): string | undefined {
  if (alias === undefined) return undefined;
  const name = alias.aliasArn.split(':').at(-1) ?? '';
  if (!alias.current) {
    return `starts do not run the new version yet: alias ${name} points to version ${alias.version}; look again with orders doctor`;
  }
  const moment = plan.machine === undefined ? '' : '; AWS may take some seconds until every start does';
  return `starts run version ${alias.version} (alias ${name})${moment}`;
}

export function stakeTable(tables: readonly TableStake[]): Table {
  return {
    head: ['Table', 'Name', 'Items', 'Bytes'],
    rows: tables.map(({ table, name, items, bytes, fault }) => [
      sanitize(table),
      sanitize(name),
      items === null ? `unknown${fault === undefined ? '' : `: ${sanitize(fault)}`}` : `about ${items}`,
      bytes === null ? '' : String(bytes),
    ]),
    right: [2, 3],
  };
}

export function unfinishedText(unfinished: DestroyAnswer['unfinished']): string {
  if (unfinished === null) return 'how many orders are unfinished cannot be told';
  const { orders, more } = unfinished;
  return `${more ? 'more than ' : ''}${orders} order${orders === 1 ? ' is' : 's are'} neither fulfilled nor cancelled`;
}
