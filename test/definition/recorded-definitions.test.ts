import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../src/lib/definition/validate.js';
import { recordings } from './recordings.js';

const accepted = new Map<string, string>();
for (const scenario of recordings().scenarios) {
  for (const run of scenario.runs) {
    const texts = [run.definition, ...(run.updates ?? []).map((update) => update.definition)];
    for (const text of texts) if (text !== undefined && !accepted.has(text)) accepted.set(text, scenario.id);
  }
}
for (const { id, definition } of recordings().choiceCases) if (!accepted.has(definition)) accepted.set(definition, id);

describe('definitions that AWS accepted', () => {
  it.each([...accepted].map(([text, id]) => ({ id, text })))('$id', ({ text }) => {
    expect(validateDefinition(text).filter(({ severity }) => severity === 'ERROR')).toEqual([]);
  });
});
