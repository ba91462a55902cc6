import type { Diagnostic } from '../../definition/diagnostic.js';
import type { MachineType } from '../../engine/protocol.js';
import { AwsError } from '../wire/aws-error.js';

/** What ValidateStateMachineDefinition answers, and what only the local environment refuses; loaded when first needed. */
export async function definitionFaults(definition: string, type: MachineType): Promise<readonly Diagnostic[]> {
  const { validateDefinition } = await import('../../definition/validate.js');
  const faults = validateDefinition(definition, { type });
  if (faults.some(({ severity }) => severity === 'ERROR')) return faults;
  const { unofferedOfS3 } = await import('./s3-support.js');
  const { unofferedResources } = await import('./offered-resources.js');
  return [...faults, ...unofferedResources(definition), ...unofferedOfS3(definition)];
}

/** @throws AwsError InvalidDefinition with all that is wrong with it. */
export async function checkDefinition(definition: string, type: MachineType): Promise<void> {
  await refuseFaults(await definitionFaults(definition, type));
}

/**
 * The same without what the local environment cannot run: a state under test may be mocked.
 * @throws AwsError InvalidDefinition
 */
export async function checkLanguage(definition: string, type: MachineType): Promise<void> {
  const { validateDefinition } = await import('../../definition/validate.js');
  await refuseFaults(validateDefinition(definition, { type }));
}

async function refuseFaults(faults: readonly Diagnostic[]): Promise<void> {
  const errors = faults.filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  const { invalidDefinitionMessage } = await import('../../definition/diagnostic.js');
  throw new AwsError('InvalidDefinition', invalidDefinitionMessage(errors));
}
