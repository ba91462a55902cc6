import type { IsolatedRun, Perform } from './run-in-isolation.js';
import { mirroring, passing, resulting, type Fields, type Isolation, type TestedState } from './isolate-state.js';

/** Runs a state, made from the tested one, on the same input. */
export type RunPart = (tested: TestedState, isolation: Isolation, perform: Perform) => Promise<IsolatedRun>;

/**
 * What the state's data was between its steps, as DEBUG shows it: each part of the state is run on its own. A step that
 * fails, and those after it, are absent.
 */
export async function inspectState(
  tested: TestedState,
  isolation: Isolation,
  whole: IsolatedRun,
  runPart: RunPart,
): Promise<Fields> {
  const { state } = tested;
  const { result } = whole;
  const work = ['Task', 'Map', 'Parallel'].includes(String(state['Type']));
  const partOf = async (part: Fields, given = isolation): Promise<string | undefined> => {
    const answer: Perform = async ({ key }) => ({ kind: 'task-succeeded', key, output: result ?? 'null' });
    return (await runPart({ ...tested, state: part }, given, answer)).output;
  };

  const variables = { ...isolation.variables, ...parsedValues(whole.assigned) };
  const common = {
    input: isolation.input,
    ...(Object.keys(variables).length > 0 && { variables: JSON.stringify(variables) }),
    ...(work && result !== undefined && { result }),
    ...(state['Type'] === 'Map' && (await inspectMap(state, isolation, partOf, tested.queryLanguage))),
  };
  if (tested.queryLanguage === 'JSONata') {
    return {
      ...common,
      ...('Resource' in state || 'Arguments' in state ? present({ afterArguments: whole.parameters }) : {}),
    };
  }
  const afterInputPath = state['Type'] === 'Fail' ? undefined : await partOf(passing(state, 'InputPath'));
  const afterParameters = await parametersOf(state, whole, partOf, afterInputPath);
  const shaped = work && result !== undefined && whole.status === 'SUCCEEDED';
  return present({
    ...common,
    afterInputPath,
    afterParameters,
    ...(state['Type'] === 'Pass' && {
      result: await partOf(passing(state, 'InputPath', 'Parameters', 'Result')),
      afterResultSelector: await partOf(passing(state, 'InputPath', 'Parameters', 'Result')),
      afterResultPath: await partOf(passing(state, 'InputPath', 'Parameters', 'Result', 'ResultPath')),
    }),
    ...(shaped && {
      afterResultSelector: await partOf(resulting(state, 'ResultSelector')),
      afterResultPath: await partOf(resulting(state, 'ResultSelector', 'ResultPath')),
    }),
  });
}

async function parametersOf(
  state: Fields,
  { parameters }: IsolatedRun,
  partOf: (part: Fields) => Promise<string | undefined>,
  afterInputPath: string | undefined,
): Promise<string | undefined> {
  switch (state['Type']) {
    case 'Task':
    case 'Parallel':
      return parameters;
    case 'Pass':
      return partOf(passing(state, 'InputPath', 'Parameters'));
    case 'Fail':
      return undefined;
    default:
      return afterInputPath;
  }
}

async function inspectMap(
  state: Fields,
  isolation: Isolation,
  partOf: (part: Fields, given?: Isolation) => Promise<string | undefined>,
  queryLanguage: TestedState['queryLanguage'],
): Promise<Fields> {
  const effective = await partOf(passing(state, 'InputPath'));
  const itemsPath = { Type: 'Pass', InputPath: state['ItemsPath'] ?? '$', End: true };
  const afterItemsPath =
    queryLanguage === 'JSONata' || effective === undefined
      ? undefined
      : await partOf(itemsPath, { ...isolation, input: effective });
  return present({
    afterItemsPath,
    afterItemSelector: await partOf(mirroring(state)),
    ...numbers(state, 'ToleratedFailureCount', 'ToleratedFailurePercentage', 'MaxConcurrency'),
  });
}

/** Fields that are numbers in the definition; those that come from the input are not worked out. */
function numbers(state: Fields, ...names: readonly string[]): Fields {
  const entries = names.filter((name) => typeof state[name] === 'number');
  return Object.fromEntries(entries.map((name) => [name.charAt(0).toLowerCase() + name.slice(1), state[name]]));
}

function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function parsedValues(texts: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, JSON.parse(text) as unknown]));
}
