import type { StoredMachine } from '../store/state-machine-store.js';
import type { MachineVersion, VersionStore } from '../store/version-store.js';
import { AwsError } from '../wire/aws-error.js';

/** Source: quotas of Step Functions, "published state machine versions". */
const MOST_VERSIONS = 1000;
export const DESCRIPTION_LIMITS = { max: 256 };

/** @throws AwsError ServiceQuotaExceededException */
export function publishVersion(
  versions: VersionStore,
  machine: StoredMachine,
  description: string | undefined,
  now: number,
): MachineVersion {
  if (versions.countVersions(machine.arn) >= MOST_VERSIONS) {
    throw new AwsError(
      'ServiceQuotaExceededException',
      `The state machine ${machine.arn} has ${MOST_VERSIONS} versions already.`,
    );
  }
  return versions.publish(machine.arn, machine.revision, description ?? null, now);
}
