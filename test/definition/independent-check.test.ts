import aslValidator from 'asl-validator';
import { expect, it } from 'vitest';
import { validateDefinition } from '../../src/lib/definition/validate.js';
import { recordings } from './recordings.js';

/*
 * asl-validator was written by others, by JSON Schema: a check of ours that does not come from us. Of what AWS has run, it
 * takes nearly all; of the same definitions with one fault each, what it refuses must be refused by us, too.
 */
const oursTakes = (text: string): boolean => validateDefinition(text).every(({ severity }) => severity !== 'ERROR');
const theirsTakes = (text: string): boolean => aslValidator(JSON.parse(text) as never).isValid;

const accepted = new Map(
  recordings().scenarios.flatMap(({ id, runs }) => runs.map(({ definition }): [string, string] => [definition, id])),
);

/** AWS has run these, and asl-validator refuses them: its schema is narrower than the service. */
const NARROWER: Readonly<Record<string, string>> = {
  test_output: 'an Output of JSONata may be any JSON, not only an object or a text',
  test_assign_base: 'constants and variables are assigned in more ways than its schema knows',
  test_escape_sequence_parsing: 'a text of JSONata with escaped characters',
  test_map_state_tolerated_failure_values: 'a tolerated percentage may have decimals',
};

type Fields = Record<string, unknown>;
type Machine = Fields & { States: Record<string, Fields> };

/** One fault each; undefined where a machine has no place for it. */
const FAULTS: Readonly<Record<string, (machine: Machine) => unknown>> = {
  'no StartAt': (machine) => delete machine['StartAt'],
  'a start that does not exist': (machine) => (machine['StartAt'] = 'nowhere at all'),
  'no states': (machine) => (machine.States = {}),
  'a type that does not exist': (machine) => (first(machine, () => true)!['Type'] = 'Nap'),
  'a way to nowhere': (machine) => put(first(machine, has('Next')), 'Next', 'nowhere at all'),
  'no way on': (machine) => put(first(machine, has('End')), 'End', undefined),
  'two ways on': (machine) => put(first(machine, has('End')), 'Next', Object.keys(machine.States)[0]),
  'a state that nothing leads to': (machine) => (machine.States['lost'] = { Type: 'Pass', End: true }),
  'a task without a resource': (machine) =>
    put(
      first(machine, ({ Type }) => Type === 'Task'),
      'Resource',
      undefined,
    ),
  'a Retry that is no list': (machine) =>
    put(
      first(machine, ({ Type }) => Type === 'Task'),
      'Retry',
      'often',
    ),
};

/** Every tenth: the other validator compiles its schemas again for each definition. */
const SAMPLE = [...accepted].filter((_, index) => index % 10 === 0);

const has =
  (field: string) =>
  (state: Fields): boolean =>
    field in state;
const first = (machine: Machine, fits: (state: Fields) => boolean): Fields | undefined =>
  Object.values(machine.States).find(fits);
function put(state: Fields | undefined, field: string, value: unknown): unknown {
  if (state === undefined) return undefined;
  state[field] = value;
  return state;
}

it('what AWS has run is taken; where the other validator does not, it is known why', () => {
  const refused = [...accepted].filter(([text]) => !theirsTakes(text));
  expect(refused.length).toBeLessThan(accepted.size / 10);
  const unexplained = refused.filter(([, id]) => !Object.keys(NARROWER).some((name) => id.includes(`${name}`)));
  expect(unexplained.map(([, id]) => id)).toEqual([]);
  expect([...accepted].filter(([text]) => !oursTakes(text))).toEqual([]);
});

it.each(Object.entries(FAULTS))('%s: what the other validator refuses is refused', (_name, spoil) => {
  let both = 0;
  const missed: string[] = [];
  for (const [text, id] of SAMPLE) {
    const machine = JSON.parse(text) as Machine;
    if (spoil(machine) === undefined) continue;
    const spoilt = JSON.stringify(machine);
    if (theirsTakes(spoilt)) continue;
    if (oursTakes(spoilt)) missed.push(id);
    else both += 1;
  }
  expect(missed).toEqual([]);
  expect(both).toBeGreaterThan(0);
});
