import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { fillPlaceholders } from '../definition/fill-placeholders.js';
import { foreignAdvice } from '../definition/lint/foreign-text.js';
import { DefinitionError, parseDefinition } from '../definition/parse.js';
import { states } from '../definition/states.js';
import { renderTemplate } from '../definition/template.js';
import type { StateMachine } from '../definition/types.js';
import { packageRoot } from '../environment/package-root.js';
import type { Rates } from './rates.js';

/** A definition whose orders are to be priced. */
export interface WorkflowDefinition {
  /** The file as it was given; absent for the shipped definition. */
  readonly file?: string;
  /** With its placeholders filled in. */
  readonly text: string;
  readonly machine: StateMachine;
}

const WORKFLOW = join('workflows', 'order-processing');

/** @param file absent: the shipped order workflow. @throws Failure (usage) */
export function readWorkflowDefinition(file?: string): WorkflowDefinition {
  const path = file ?? join(packageRoot(), WORKFLOW, 'order-processing.asl.json');
  const { text } = fillPlaceholders(withSettings(readText(path)));
  try {
    return { text, machine: parseDefinition(text), ...(file === undefined ? {} : { file }) };
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new Failure('usage', `${path} is no definition: ${error.message}`, {
      suggestions: [foreignAdvice(text) ?? 'give a state machine in the Amazon States Language'],
      cause: error,
    });
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    throw new Failure('usage', `cannot read the definition ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** A template is priced as it would be deployed: our settings where we have them, ARNs of usual length elsewhere. */
function withSettings(text: string): string {
  const names = [...text.matchAll(/\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}/gu)].map(([, name = '']) => name);
  if (names.length === 0) return text;
  const file = join(packageRoot(), WORKFLOW, 'workflow.json');
  const settings = JSON.parse(readFileSync(file, 'utf8')) as { types: { STANDARD: Record<string, number> } };
  // What has no number here stays for fillPlaceholders.
  const stand = (name: string): string =>
    name.endsWith('Arn') ? `arn:aws:lambda:us-east-1:000000000000:function:${name}:live` : `\${${name}}`;
  return renderTemplate(text, {
    ...Object.fromEntries(names.map((name) => [name, stand(name)])),
    ...settings.types.STANDARD,
  });
}

/** @throws Failure (usage) for a rate of a state, or of a way, that none of the definitions has */
export function assertNamedStates(definitions: readonly WorkflowDefinition[], { named }: Rates): void {
  const known = definitions.flatMap(({ machine }) => [...states(machine)]);
  for (const { flag, state, next } of named) {
    const placed = known.filter(({ name }) => name === state);
    if (placed.length === 0) {
      throw new Failure('usage', `--${flag} names state ${state}, which the definition does not have`, {
        suggestions: [`its states: ${known.map(({ name }) => name).join(', ')}`],
      });
    }
    const leads = placed.some(({ state: found }) => next === undefined || JSON.stringify(found).includes(`"${next}"`));
    if (!leads)
      throw new Failure('usage', `--${flag} names a way from ${state} to ${next ?? ''}, which does not exist`);
  }
}

/** Names of states that only Standard executions can have, with what keeps Express from it. */
export function standardOnlyStates(machine: StateMachine): { state: string; reason: StandardOnly }[] {
  return [...states(machine)].flatMap(({ name, state }) => {
    const reason = standardOnly(state);
    return reason === undefined ? [] : [{ state: name, reason }];
  });
}

export type StandardOnly = 'callback' | 'job' | 'activity' | 'distributed-map';

function standardOnly(state: StateMachine['States'][string]): StandardOnly | undefined {
  if (state.Type === 'Task') {
    if (state.Resource.endsWith('.waitForTaskToken')) return 'callback';
    if (/\.sync(?::\d+)?$/u.test(state.Resource)) return 'job';
    if (/:activity:/u.test(state.Resource)) return 'activity';
  }
  if (state.Type !== 'Map') return undefined;
  return state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' ? 'distributed-map' : undefined;
}
