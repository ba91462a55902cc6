import { AwsError } from '../wire/aws-error.js';
import type { Operations } from '../wire/aws-json-service.js';
import { Constraints } from '../wire/constraints.js';
import { checkArn } from './arns.js';
import { ARN_LIMITS, requireMachine, type MachineParts } from './machine-operations.js';
import { pageToken, readPageToken } from './page-token.js';
import { DESCRIPTION_LIMITS, publishVersion } from './publish-version.js';
import { checkUnqualified, readQualifiedArn, versionArn, versionNumber } from './qualified-machine.js';
import { epochSeconds } from './wire-time.js';

interface VersionPlace {
  readonly machine: string;
  readonly below: number;
}

/**
 * Publish, list and delete versions. Sources: the API reference of each operation; the texts of both conflicts are as
 * emulators with recordings of AWS have them, the quota's text is ours.
 */
export function versionOperations(parts: MachineParts): Operations {
  const { versions, sources } = parts;

  return {
    PublishStateMachineVersion: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      const revisionId = read.text('revisionId');
      const description = read.text('description', DESCRIPTION_LIMITS);
      read.check();
      checkUnqualified(arn);
      const machine = await requireMachine(parts, arn);
      if (revisionId !== undefined && revisionId !== machine.revisionId) {
        throw new AwsError(
          'ConflictException',
          `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${machine.revisionId}.`,
        );
      }
      const version = publishVersion(versions, machine, description, sources.now());
      return { creationDate: epochSeconds(version.createdAt), stateMachineVersionArn: versionArn(version) };
    },

    ListStateMachineVersions: async (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineArn', ARN_LIMITS);
      const count = read.integer('maxResults', { min: 0, max: 1000 }) ?? 0;
      const token = read.text('nextToken', { min: 1, max: 1024 });
      read.check();
      checkUnqualified(arn);
      const place =
        token === undefined ? undefined : readPageToken<VersionPlace>(token, ({ machine }) => machine === arn);
      const limit = count === 0 ? 100 : count;
      const page = versions.versions(arn, place?.below ?? Number.MAX_SAFE_INTEGER, limit + 1);
      const shown = page.slice(0, limit);
      return {
        stateMachineVersions: shown.map((version) => ({
          stateMachineVersionArn: versionArn(version),
          creationDate: epochSeconds(version.createdAt),
        })),
        nextToken:
          page.length > limit ? pageToken<VersionPlace>({ machine: arn, below: shown.at(-1)?.number ?? 0 }) : undefined,
      };
    },

    DeleteStateMachineVersion: (input) => {
      const read = new Constraints(input);
      const arn = read.requiredText('stateMachineVersionArn', { min: 1, max: 2000 });
      read.check();
      checkArn(arn, 'stateMachine');
      const { stateMachineArn, qualifier } = readQualifiedArn(arn);
      const number = versionNumber(qualifier);
      if (number === undefined) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
      versions.atomically(() => {
        const referring = versions
          .aliases(stateMachineArn, '', Number.MAX_SAFE_INTEGER)
          .filter(({ routes }) => routes.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn));
        if (referring.length > 0) {
          const names = referring.map(({ name }) => name).join(', ');
          throw new AwsError(
            'ConflictException',
            `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
          );
        }
        versions.deleteVersion(stateMachineArn, number);
      });
      return {};
    },
  };
}
