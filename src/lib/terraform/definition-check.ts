import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { describeDiagnostic } from '../definition/diagnostic.js';
import { renderTemplate } from '../definition/template.js';
import { validateDefinition } from '../definition/validate.js';

export type WorkflowType = 'STANDARD' | 'EXPRESS';

/** What workflow.json says, as far as a deployment needs it. */
export interface Workflow {
  readonly functions: Readonly<Record<string, unknown>>;
  readonly tables: Readonly<Record<string, { readonly index?: { readonly name: string; readonly key: string } }>>;
  readonly types: Readonly<Record<WorkflowType, Readonly<Record<string, number>>>>;
}

/** @param folder workflows/order-processing of the installed package */
export async function readWorkflow(folder: string): Promise<Workflow> {
  return JSON.parse(await readFile(join(folder, 'workflow.json'), 'utf8')) as Workflow;
}

/**
 * Checks the template before anything is planned, with made-up ARNs in place of those that Terraform will fill in.
 * @throws Failure (checkFailed) with every fault
 */
export async function checkTemplate(folder: string, workflow: Workflow): Promise<void> {
  const template = await readFile(join(folder, 'order-processing.asl.json'), 'utf8');
  const arns = Object.keys(workflow.functions).map((name) => [
    `${name.replace(/(?:^|-)([a-z])/gu, (_, letter: string) => letter.toUpperCase())}FunctionArn`,
    `arn:aws:lambda:us-east-1:000000000000:function:${name}:live`,
  ]);
  for (const type of ['STANDARD', 'EXPRESS'] as const) {
    const definition = renderTemplate(template, {
      ...workflow.types[type],
      ...(Object.fromEntries(arns) as Record<string, string>),
      Partition: 'aws',
      ConfirmationQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/confirmation-retries',
    });
    checkDefinition(definition, type);
  }
}

/** @throws Failure (checkFailed) with every fault of a definition that is about to be deployed */
export function checkDefinition(definition: string, type: WorkflowType): void {
  const errors = validateDefinition(definition, { type }).filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  throw new Failure('checkFailed', `the definition is not valid for ${type}, nothing was deployed`, {
    suggestions: errors.map(describeDiagnostic),
  });
}
