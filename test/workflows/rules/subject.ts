import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderTemplate } from '../../../src/lib/definition/template.js';
import type { Machine } from './machine.js';
import type { WorkflowCode } from './workflow-code.js';

export const ROOT = join(import.meta.dirname, '../../..');
export const WORKFLOW_FOLDER = join(ROOT, 'workflows/order-processing');

export type WorkflowType = 'STANDARD' | 'EXPRESS';

export interface FunctionSettings {
  /** Seconds. */
  timeoutSeconds: number;
  expressTimeoutSeconds: number;
}

/** workflow.json, the part that the rules look at: Terraform's function map and the definition's numbers. */
export interface Workflow {
  alias: string;
  functions: Record<string, FunctionSettings>;
  types: Record<WorkflowType, Record<string, number>>;
}

/** What the rules judge. Mutable, so that a test can break it. */
export interface Subject {
  readonly type: WorkflowType;
  readonly machine: Machine;
  readonly workflow: Workflow;
  readonly code: WorkflowCode;
  /** Errors of which the page for on-call says that they fail the execution at its task and are redriven. */
  readonly redrivable: Set<string>;
}

export const TEMPLATE = readFileSync(join(WORKFLOW_FOLDER, 'order-processing.asl.json'), 'utf8');

export function readWorkflow(): Workflow {
  return JSON.parse(readFileSync(join(WORKFLOW_FOLDER, 'workflow.json'), 'utf8')) as Workflow;
}

/** The definition with the numbers of a type and the ARNs of the functions' aliases, as Terraform fills it in. */
export function renderMachine(workflow: Workflow, type: WorkflowType): Machine {
  const functionArns = Object.keys(workflow.functions).map((name): [string, string] => [
    `${name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase())}FunctionArn`,
    `arn:aws:lambda:us-east-1:000000000000:function:${name}:${workflow.alias}`,
  ]);
  const rendered = renderTemplate(TEMPLATE, {
    ...workflow.types[type],
    ...Object.fromEntries(functionArns),
    Partition: 'aws',
    ConfirmationQueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/retries',
  });
  return JSON.parse(rendered) as Machine;
}

/** What docs/workflow.md promises to be redrivable, by name. */
export function documentedRedrivable(): Set<string> {
  const page = readFileSync(join(ROOT, 'docs/workflow.md'), 'utf8');
  const paragraph = /Whatever is not in this table fails [^]*?\n\n/.exec(page)?.[0] ?? '';
  return new Set(paragraph.match(/\b[A-Z]\w+Error\b/g) ?? []);
}
