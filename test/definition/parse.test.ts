import { describe, expect, it } from 'vitest';
import { DefinitionError, parseDefinition } from '../../src/lib/definition/parse.js';
import { states } from '../../src/lib/definition/states.js';

const machine = {
  StartAt: 'Check',
  States: {
    Check: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Reserve', States: { Reserve: { Type: 'Pass', End: true } } },
        {
          StartAt: 'Lines',
          States: {
            Lines: {
              Type: 'Map',
              Iterator: { StartAt: 'Price', States: { Price: { Type: 'Pass', QueryLanguage: 'JSONata', End: true } } },
              End: true,
            },
          },
        },
      ],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

describe('parsing', () => {
  it('gives the machine as it is written', () => {
    expect(parseDefinition(JSON.stringify(machine))).toEqual(machine);
  });

  it('says where a text stops being a machine', () => {
    const broken = structuredClone(machine) as { States: Record<string, { Branches?: unknown[] }> };
    broken.States.Check!.Branches!.push({ StartAt: 'A' });
    expect(() => parseDefinition(JSON.stringify(broken))).toThrow(
      new DefinitionError([
        {
          severity: 'ERROR',
          code: 'SCHEMA_VALIDATION_FAILED',
          message: 'These fields are required: [States]',
          location: '/States/Check/Branches[2]',
        },
      ]),
    );
    expect(() => parseDefinition('{')).toThrow(DefinitionError);
  });
});

describe('the states of a machine', () => {
  it('come with where they are, outer before inner', () => {
    const placed = [...states(parseDefinition(JSON.stringify(machine)))];
    expect(
      placed.map(({ name, location, within, queryLanguage }) => [
        name,
        location,
        within.map((outer) => outer.name).join('/'),
        queryLanguage,
      ]),
    ).toEqual([
      ['Check', '/States/Check', '', 'JSONPath'],
      ['Done', '/States/Done', '', 'JSONPath'],
      ['Reserve', '/States/Check/Branches[0]/States/Reserve', 'Check', 'JSONPath'],
      ['Lines', '/States/Check/Branches[1]/States/Lines', 'Check', 'JSONPath'],
      ['Price', '/States/Check/Branches[1]/States/Lines/Iterator/States/Price', 'Check/Lines', 'JSONata'],
    ]);
  });
});
