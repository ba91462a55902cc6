import type { LocalSources } from '../ports.js';
import type { StateMachineStore, StoredMachine } from '../store/state-machine-store.js';
import type { ExecutionOrigin, MachineAlias, MachineVersion, Route, VersionStore } from '../store/version-store.js';
import { AwsError } from '../wire/aws-error.js';
import { checkArn } from './arns.js';

export interface QualifiedArn {
  readonly stateMachineArn: string;
  /** A version's number or an alias's name. */
  readonly qualifier: string | undefined;
}

/** Takes `...:stateMachine:name:qualifier` apart; the text has been checked to be a machine's ARN. */
export function readQualifiedArn(arn: string): QualifiedArn {
  const parts = arn.split(':');
  return {
    stateMachineArn: parts.slice(0, 7).join(':'),
    qualifier: parts.length > 7 ? parts.slice(7).join(':') : undefined,
  };
}

/** What versions and aliases are of is a machine, not another version. */
export function checkUnqualified(arn: string): void {
  checkArn(arn, 'stateMachine');
  if (readQualifiedArn(arn).qualifier !== undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
}

export function versionArn(version: Pick<MachineVersion, 'stateMachineArn' | 'number'>): string {
  return `${version.stateMachineArn}:${version.number}`;
}

export function aliasArn(alias: Pick<MachineAlias, 'stateMachineArn' | 'name'>): string {
  return `${alias.stateMachineArn}:${alias.name}`;
}

/** A qualifier made of digits is a version's number; an alias has some other character. */
export function versionNumber(qualifier: string | undefined): number | undefined {
  return qualifier !== undefined && /^[1-9]\d{0,8}$/.test(qualifier) ? Number(qualifier) : undefined;
}

export interface ResolvedMachine {
  /** As it is in the revision that is meant. */
  readonly machine: StoredMachine;
  readonly version?: MachineVersion;
  readonly origin?: ExecutionOrigin;
}

export interface MachineFinder {
  findMachine(arn: string): Promise<StoredMachine | undefined>;
  readonly machines: StateMachineStore;
  readonly versions: VersionStore;
  readonly sources: Pick<LocalSources, 'random'>;
}

/**
 * The machine behind an ARN, a version's ARN or an alias's ARN; an alias draws one of its versions.
 * @throws AwsError StateMachineDoesNotExist, also for a version or an alias that is not there.
 */
export async function resolveMachine(finder: MachineFinder, arn: string): Promise<ResolvedMachine> {
  const { stateMachineArn, qualifier } = readQualifiedArn(arn);
  const machine = await finder.findMachine(stateMachineArn);
  const missing = () => new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  if (machine === undefined) throw missing();
  if (qualifier === undefined) return { machine };
  const alias = versionNumber(qualifier) === undefined ? finder.versions.alias(stateMachineArn, qualifier) : undefined;
  const number = alias === undefined ? versionNumber(qualifier) : routedVersion(alias.routes, finder.sources.random());
  const version = number === undefined ? undefined : finder.versions.version(stateMachineArn, number);
  const revision = version && finder.machines.atRevision(version.revision);
  if (version === undefined || revision === undefined) throw missing();
  return {
    machine: revision,
    version,
    origin: { versionArn: versionArn(version), aliasArn: alias === undefined ? null : aliasArn(alias) },
  };
}

/** @param drawn 0 <= x < 1 */
function routedVersion(routes: readonly Route[], drawn: number): number | undefined {
  let left = drawn * 100;
  const route = routes.find(({ weight }) => (left -= weight) < 0) ?? routes.at(-1);
  return versionNumber(readQualifiedArn(route?.stateMachineVersionArn ?? '').qualifier);
}
