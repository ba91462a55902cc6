import type { Json } from '../../src/lib/engine/protocol.js';
import type { Scope } from '../../src/lib/engine/templates/scope.js';

/** A scope for tests: chance is always one half, the UUID all zeros. */
export function scopeOf(input: Json, more: Partial<Scope> = {}): Scope {
  return {
    input,
    context: {},
    variables: {},
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    ...more,
  };
}
