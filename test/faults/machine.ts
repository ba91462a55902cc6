import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDefinition } from '../../src/lib/definition/parse.js';
import { renderTemplate } from '../../src/lib/definition/template.js';
import type { StateMachine } from '../../src/lib/definition/types.js';
import type { Mutation } from './mutation.js';
import type { Definition } from './plain-definition.js';
import { QUEUE_URL } from './world.js';

const FOLDER = join(import.meta.dirname, '../../workflows/order-processing');
const TEMPLATE = readFileSync(join(FOLDER, 'order-processing.asl.json'), 'utf8');

export const WORKFLOW = JSON.parse(readFileSync(join(FOLDER, 'workflow.json'), 'utf8')) as {
  readonly alias: string;
  readonly functions: Readonly<
    Record<string, { readonly timeoutSeconds: number; readonly expressTimeoutSeconds: number }>
  >;
  readonly types: Readonly<Record<'STANDARD' | 'EXPRESS', Readonly<Record<string, number>>>>;
};

/** The shipped definition with its names and numbers filled in. @param retries false: every retrier counts nought. */
export function renderedDefinition(type: 'STANDARD' | 'EXPRESS', retries: boolean): Definition {
  const numbers = Object.entries(WORKFLOW.types[type]).map(([name, value]) => [
    name,
    !retries && name.endsWith('Retries') ? 0 : value,
  ]);
  const functions = Object.keys(WORKFLOW.functions).map((name) => [
    `${name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase())}FunctionArn`,
    `arn:aws:lambda:us-east-1:000000000000:function:${name}:${WORKFLOW.alias}`,
  ]);
  const values = Object.fromEntries([...numbers, ...functions]) as Record<string, string | number>;
  return JSON.parse(
    renderTemplate(TEMPLATE, { ...values, Partition: 'aws', ConfirmationQueueUrl: QUEUE_URL }),
  ) as Definition;
}

const parsed = new Map<string, StateMachine>();

/** The same, read; once for all runs. */
export function orderMachine(type: 'STANDARD' | 'EXPRESS', retries: boolean, mutation?: Mutation): StateMachine {
  const change = mutation?.definition;
  const key = `${type} ${retries} ${change === undefined ? '' : mutation?.name}`;
  let machine = parsed.get(key);
  if (machine === undefined) {
    const definition = renderedDefinition(type, retries);
    machine = parseDefinition(JSON.stringify(change === undefined ? definition : change(definition)));
    parsed.set(key, machine);
  }
  return machine;
}
