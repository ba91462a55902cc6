import type { MachineType } from '../../engine/protocol.js';
import type { LocalSources } from '../ports.js';
import type { MachineRevision, StateMachineStore, StoredMachine } from '../store/state-machine-store.js';
import type { VersionStore } from '../store/version-store.js';
import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn, stateMachineArn } from './arns.js';
import { checkDefinition, definitionFaults } from './definition-check.js';
import { readEncryption, readLogging, readTracing } from './machine-configuration.js';
import { checkName } from './names.js';
import { pageToken, readPageToken } from './page-token.js';
import { checkUnqualified, resolveMachine, versionArn } from './qualified-machine.js';
import { INITIAL_REVISION_ID, shownRevisionId } from './revision-id.js';
import type { TagStore } from './tag-operations.js';
import { DESCRIPTION_LIMITS, publishVersion } from './publish-version.js';
import { epochSeconds } from './wire-time.js';

export const DEFINITION_LIMITS = { min: 1, max: 1_048_576 };
export const ARN_LIMITS = { min: 1, max: 256 };
export const INCLUDED_DATA = { oneOf: ['ALL_DATA', 'METADATA_ONLY'] };
const TYPES: readonly string[] = ['STANDARD', 'EXPRESS'];

export interface MachineParts {
  readonly machines: StateMachineStore;
  readonly versions: VersionStore;
  /** The machine, after the built-in one was put in place if it is the one asked for. */
  findMachine(arn: string): Promise<StoredMachine | undefined>;
  /** Puts the built-in machine in place. */
  prepareBuiltIn(): Promise<void>;
  readonly tags: TagStore;
  readonly sources: LocalSources;
}

/** @throws AwsError StateMachineDoesNotExist */
export async function requireMachine(parts: Pick<MachineParts, 'findMachine'>, arn: string): Promise<StoredMachine> {
  const machine = await parts.findMachine(arn);
  if (machine === undefined) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  return machine;
}

/** Create, update, delete, describe and list state machines, and check definitions. */
export function machineOperations(parts: MachineParts): Operations {
  const { machines, versions, sources, tags } = parts;

  return {
    CreateStateMachine: async (input) => {
      const read = new Constraints(input);
      const name = read.requiredText('name', { min: 1, max: 80 });
      const definition = read.requiredText('definition', DEFINITION_LIMITS);
      const roleArn = read.requiredText('roleArn', ARN_LIMITS);
      const type = (read.text('type', { oneOf: TYPES }) ?? 'STANDARD') as MachineType;
      const logging = readLogging(read.structure('loggingConfiguration'));
      const tracing = readTracing(read.structure('tracingConfiguration'));
      const encryption = readEncryption(read.structure('encryptionConfiguration'));
      const publication = readPublication(read);
      const tagList = read.list('tags');
      read.check();
      checkName(name);
      checkRole(roleArn);
      await checkDefinition(definition, type);
      const revision: MachineRevision = {
        definition,
        roleArn,
        logging,
        tracing,
        ...(encryption !== undefined && { encryption }),
      };
      const arn = stateMachineArn(name);
      const { machine, created } = machines.create(
        { arn, name, type, ...revision },
        INITIAL_REVISION_ID,
        sources.now(),
      );
      // A second call that asks for the same is answered like the first; another role makes no difference.
      const same =
        machine.type === type &&
        machine.definition === definition &&
        machine.logging === logging &&
        machine.tracing === tracing &&
        (machine.encryption ?? undefined) === encryption;
      if (!same) throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
      if (created) tags.replaceAll(arn, tagList ?? []);
      const version = publication && publishVersion(versions, machine, publication.description, sources.now());
      return {
        stateMachineArn: arn,
        creationDate: epochSeconds(machine.createdAt),
        stateMachineVersionArn: version && versionArn(version),
      };
    },

    UpdateStateMachine: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      const definition = read.text('definition', DEFINITION_LIMITS);
      const roleArn = read.text('roleArn', ARN_LIMITS);
      const logging = read.structure('loggingConfiguration');
      const tracing = read.structure('tracingConfiguration');
      const encryption = readEncryption(read.structure('encryptionConfiguration'));
      const publication = readPublication(read);
      read.check();
      checkUnqualified(arn);
      if ([definition, roleArn, logging, tracing, encryption].every((given) => given === undefined)) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      const machine = await requireMachine(parts, arn);
      if (roleArn !== undefined) checkRole(roleArn);
      if (definition !== undefined) await checkDefinition(definition, machine.type);
      const change: Partial<MachineRevision> = {
        ...(definition !== undefined && { definition }),
        ...(roleArn !== undefined && { roleArn }),
        ...(logging !== undefined && { logging: readLogging(logging) }),
        ...(tracing !== undefined && { tracing: readTracing(tracing) }),
        ...(encryption !== undefined && { encryption }),
      };
      const updated = machines.update(arn, change, sources.uuid(), sources.now()) ?? machine;
      const version = publication && publishVersion(versions, updated, publication.description, sources.now());
      return {
        updateDate: epochSeconds(updated.updatedAt),
        revisionId: updated.revisionId,
        stateMachineVersionArn: version && versionArn(version),
      };
    },

    DeleteStateMachine: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      read.check();
      checkUnqualified(arn);
      machines.delete(arn, sources.now());
      versions.forget(arn);
      return {};
    },

    DescribeStateMachine: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      const included = read.text('includedData', INCLUDED_DATA);
      read.check();
      checkArn(arn, 'stateMachine');
      const { machine, version } = await resolveMachine(parts, arn);
      return {
        ...commonDescription(machine, included === 'METADATA_ONLY'),
        ...(version !== undefined && { stateMachineArn: versionArn(version) }),
        ...(version?.description && { description: version.description }),
        type: machine.type,
        status: 'ACTIVE',
        creationDate: epochSeconds(version?.createdAt ?? machine.createdAt),
      };
    },

    ListStateMachines: async (input) => {
      const read = new Constraints(input);
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      await parts.prepareBuiltIn();
      const after = token === undefined ? '' : readPageToken<{ after: string }>(token, isMachinePlace).after;
      const limit = count === 0 ? 100 : count;
      const page = machines.page(after, limit + 1);
      const shown = page.slice(0, limit);
      return {
        stateMachines: shown.map(({ arn, name, type, createdAt }) => ({
          stateMachineArn: arn,
          name,
          type,
          creationDate: epochSeconds(createdAt),
        })),
        nextToken: page.length > limit ? pageToken({ after: shown.at(-1)?.name ?? '' }) : undefined,
      };
    },

    ValidateStateMachineDefinition: async (input) => {
      const read = new Constraints(input);
      const definition = read.requiredText('definition', DEFINITION_LIMITS);
      const type = (read.text('type', { oneOf: TYPES }) ?? 'STANDARD') as MachineType;
      const severity = read.text('severity', { oneOf: ['ERROR', 'WARNING'] }) ?? 'ERROR';
      const limit = read.integer('maxResults', { min: 0, max: 100 }) ?? 0;
      read.check();
      const found = await definitionFaults(definition, type);
      const wanted = found.filter((diagnostic) => severity === 'WARNING' || diagnostic.severity === 'ERROR');
      const diagnostics = wanted.slice(0, limit === 0 ? 100 : limit);
      return {
        result: found.some((diagnostic) => diagnostic.severity === 'ERROR') ? 'FAIL' : 'OK',
        diagnostics,
        truncated: diagnostics.length < wanted.length,
      };
    },
  };
}

/** What DescribeStateMachine and DescribeStateMachineForExecution both say. @param metadataOnly says `{}` for the definition. */
export function commonDescription(machine: StoredMachine, metadataOnly: boolean): object {
  return {
    stateMachineArn: machine.arn,
    name: machine.name,
    definition: metadataOnly ? '{}' : machine.definition,
    roleArn: machine.roleArn,
    loggingConfiguration: JSON.parse(machine.logging) as unknown,
    tracingConfiguration: JSON.parse(machine.tracing) as unknown,
    ...(machine.encryption && { encryptionConfiguration: JSON.parse(machine.encryption) as unknown }),
    revisionId: shownRevisionId(machine),
  };
}

function isMachinePlace(place: Partial<{ after: string }>): boolean {
  return typeof place.after === 'string';
}

function checkRole(roleArn: string): void {
  if (!roleArn.startsWith('arn:')) throw new AwsError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${roleArn}'`);
}

/** Whether a version is to be published with the change. @throws AwsError ValidationException for a description of none. */
function readPublication(read: Constraints): { readonly description: string | undefined } | undefined {
  const publish = read.flag('publish') ?? false;
  const description = read.text('versionDescription', DESCRIPTION_LIMITS);
  if (publish) return { description };
  if (description === undefined) return undefined;
  throw new AwsError('ValidationException', 'Version description can only be set when publish is true');
}
