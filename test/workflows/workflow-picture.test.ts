import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderedDefinition } from '../faults/machine.js';
import type { Definition } from '../faults/plain-definition.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/workflow.md'), 'utf8');
const PICTURE = /```mermaid\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? '';

/** Where each state leads by an error that is caught, and what is caught there. */
function catches(definition: Definition): { readonly from: string; readonly to: string; readonly errors: string[] }[] {
  return Object.entries(definition.States).flatMap(([from, state]) => [
    ...(state.Catch ?? []).map((rule) => ({ from, to: rule.Next, errors: rule.ErrorEquals })),
    ...(state.Branches ?? []).flatMap(catches),
  ]);
}

function namesOf(definition: Definition): string[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    name,
    ...(state.Branches ?? []).flatMap(namesOf),
    ...(state['ItemProcessor'] === undefined ? [] : namesOf(state['ItemProcessor'] as Definition)),
  ]);
}

const DEFINITION = renderedDefinition('STANDARD', true);
/** Passes that hand a reason on; in the picture they are part of the arrow. */
const UNSEEN = ['BlameInventory', 'BlamePayment'];

it('the picture of the workflow shows every state, and none that is not there', () => {
  const names = namesOf(DEFINITION);
  expect(names.filter((name) => !UNSEEN.includes(name) && !PICTURE.includes(name))).toEqual([]);
  const drawn = PICTURE.match(/\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b/g) ?? [];
  expect(drawn.filter((name) => !names.includes(name) && !name.endsWith('Error'))).toEqual([]);
});

it('the picture shows every way that a caught error takes', () => {
  const lines = PICTURE.split('\n');
  for (const { from, to, errors } of catches(DEFINITION)) {
    const shown = lines.some((line) => {
      const said = errors.includes('States.ALL')
        ? /any error|HandleDeclinedPayment --> /
        : new RegExp(errors.join('|'));
      return line.includes(from) && line.includes(to) && said.test(line);
    });
    expect({ from, to, shown }).toEqual({ from, to, shown: true });
  }
});

it('the table of what is caught names every state that catches, and every error that it catches', () => {
  const rows = PAGE.split('\n').filter((line) => line.startsWith('| '));
  for (const { from, errors } of catches(DEFINITION)) {
    const row = rows.find((line) => line.split('|')[1]?.includes(from));
    for (const error of errors) expect(row).toContain(error === 'States.ALL' ? 'everything' : error);
  }
});
