import { describe, expect, it } from 'vitest';
import { parseDefinition } from '../../../src/lib/definition/parse.js';
import { choose } from '../../../src/lib/engine/choice/choose.js';
import type { Json } from '../../../src/lib/engine/protocol.js';
import { scopeOf } from '../scope.js';
import { recordings } from '../../definition/recordings.js';

describe('choices as AWS made them', () => {
  it.each(recordings().choiceCases)('$id', ({ definition, input, expectedOutput }) => {
    const machine = parseDefinition(definition);
    const state = machine.States[machine.StartAt]!;
    if (state.Type !== 'Choice') throw new Error('the recording does not start with a choice');
    const rule = choose(state.Choices, scopeOf(JSON.parse(input) as Json));
    expect(rule?.Next ?? state.Default).toBe(expectedOutput['TestResult.$']);
  });
});
