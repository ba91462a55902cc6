/** A state, or a machine, as its JSON text has it. */
export type Fields = Readonly<Record<string, unknown>>;

export interface TestedState {
  readonly name: string;
  readonly state: Fields;
  readonly queryLanguage: 'JSONPath' | 'JSONata';
}

/** Stands where a mocked Map or Parallel has its work; never called. */
const MOCKED_WORK = 'arn:aws:lambda:us-east-1:000000000000:function:mocked';
/** What every kind of state with work has around it, and a Task may have in its place. */
const AROUND_WORK = [
  'InputPath',
  'ResultSelector',
  'ResultPath',
  'OutputPath',
  'Assign',
  'Output',
  'Catch',
  'Next',
  'End',
];

/**
 * The state that is meant: the definition itself, or the one of that name inside the machine it is, at any depth.
 * @returns undefined when there is none of that name.
 */
export function findState(definition: Fields, stateName: string | undefined): TestedState | undefined {
  const language = definition['QueryLanguage'] === 'JSONata' ? 'JSONata' : 'JSONPath';
  if (stateName === undefined) return { name: 'State', state: definition, queryLanguage: language };
  return search(definition, stateName, language);
}

function search(graph: Fields, wanted: string, inherited: TestedState['queryLanguage']): TestedState | undefined {
  for (const [name, state] of Object.entries((graph['States'] ?? {}) as Record<string, Fields>)) {
    const own = state['QueryLanguage'];
    const queryLanguage = own === 'JSONata' || own === 'JSONPath' ? own : inherited;
    if (name === wanted) return { name, state, queryLanguage };
    const inside = [state['ItemProcessor'], state['Iterator'], ...((state['Branches'] as unknown[] | undefined) ?? [])];
    for (const one of inside) {
      const found = typeof one === 'object' && one !== null ? search(one as Fields, wanted, queryLanguage) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export interface Isolation {
  /** JSON text of the state's input. */
  readonly input: string;
  readonly variables: Fields;
  /** Execution.Input of the context object; without it the state's input. */
  readonly executionInput?: unknown;
}

/**
 * A machine that runs one state and nothing else. States before it set variables and the input; whatever may come after it
 * is there by name and does nothing.
 */
export function isolated({ name, state, queryLanguage }: TestedState, { input, variables, executionInput }: Isolation) {
  const before: [name: string, state: Fields][] = [];
  if (Object.keys(variables).length > 0) {
    const Assign = Object.fromEntries(Object.keys(variables).map((variable) => [`${variable}.$`, `$.${variable}`]));
    before.push([`${name} (variables)`, { Type: 'Pass', Result: variables, ResultPath: null, Assign }]);
  }
  if (executionInput !== undefined)
    before.push([`${name} (input)`, { Type: 'Pass', Result: JSON.parse(input) as unknown }]);
  const order = [...before.map(([one]) => one), name];
  const after = targets(state).filter((target) => target !== name);
  const states = [
    ...before.map(([one, content], index): [string, Fields] => [one, { ...content, Next: order[index + 1] }]),
    ...after.map((target): [string, Fields] => [target, { Type: 'Succeed' }]),
    [name, { ...state, QueryLanguage: queryLanguage }] as [string, Fields],
  ];
  return {
    definition: { StartAt: order[0] ?? name, States: Object.fromEntries(states) as Record<string, Fields> },
    input: executionInput === undefined ? input : JSON.stringify(executionInput),
  };
}

/** Every state that may follow. */
function targets(state: Fields): string[] {
  const from = (list: unknown) =>
    (Array.isArray(list) ? (list as readonly Fields[]) : []).flatMap(({ Next }) =>
      typeof Next === 'string' ? [Next] : [],
    );
  const own = [state['Next'], state['Default']].filter((target) => typeof target === 'string');
  return [...new Set([...own, ...from(state['Choices']), ...from(state['Catch'])])];
}

/** A Map or Parallel whose result is given: all that surrounds its work, around a task. */
export function withMockedWork(state: Fields): Fields {
  if (state['Type'] === 'Task') return state;
  const parameters = state['Type'] === 'Parallel' ? ['Parameters', 'Arguments'] : [];
  return { Type: 'Task', Resource: MOCKED_WORK, ...picked(state, [...AROUND_WORK, ...parameters]) };
}

export function without(state: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name)));
}

/** A Pass state that does one part of what the state does with its data. */
export function passing(state: Fields, ...names: readonly string[]): Fields {
  return { Type: 'Pass', ...picked(state, names), End: true };
}

/** A task that gives the mocked result, and does one part of what the state does with it. */
export function resulting(state: Fields, ...names: readonly string[]): Fields {
  return { Type: 'Task', Resource: MOCKED_WORK, ...picked(state, names), End: true };
}

/** The Map with iterations that give back what they are given, so that its output is all their inputs. */
export function mirroring(state: Fields): Fields {
  const ItemProcessor = { StartAt: 'Item', States: { Item: { Type: 'Pass', End: true } } };
  const kept = ['InputPath', 'ItemsPath', 'Items', 'ItemSelector', 'Parameters'];
  return { Type: 'Map', ...picked(state, kept), ItemProcessor, End: true };
}

function picked(state: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.includes(name)));
}
