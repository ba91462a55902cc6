import type { Diagnostic } from '../../definition/diagnostic.js';
import type { MachineType } from '../../engine/protocol.js';
import { AwsError } from '../wire/aws-error.js';

/** What ValidateStateMachineDefinition answers; the validator is loaded when first needed. */
export async function definitionFaults(definition: string, type: MachineType): Promise<readonly Diagnostic[]> {
  const { validateDefinition } = await import('../../definition/validate.js');
  return validateDefinition(definition, { type });
}

/** @throws AwsError InvalidDefinition with all that is wrong with it. */
export async function checkDefinition(definition: string, type: MachineType): Promise<void> {
  const errors = (await definitionFaults(definition, type)).filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  const { invalidDefinitionMessage } = await import('../../definition/diagnostic.js');
  throw new AwsError('InvalidDefinition', invalidDefinitionMessage(errors));
}
