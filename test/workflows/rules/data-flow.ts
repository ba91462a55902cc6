import { functionOf, type Machine, type State, type Template } from './machine.js';

/** What may lie at a place in an execution's data: harmless, or something that a person could be known by. */
type Data = 'clean' | 'personal' | { readonly [field: string]: Data };

/** Where in the definition personal data gets to a place where it must not be. */
export interface Leak {
  readonly state: string;
  readonly where: 'input' | 'payload' | 'result' | 'error';
}

/** What is known about the calls of a definition. */
export interface FlowFacts {
  /** The state that sees the customer's document; everything else must not. */
  readonly entry: string;
  /** Fields of the answer of what the state calls, e.g. `lines[].sku`. */
  readonly answers: (state: State) => readonly string[];
  /** Whether a field of that (last) name tells nothing about a person. */
  readonly isHarmless: (field: string) => boolean;
}

/**
 * Follows the data through a JSONPath definition without running it. The input is the customer's document; of what a
 * function answers only the harmless fields that its code declares are clean, so picking the whole Payload is a leak.
 */
export function leaksOf(machine: Machine, facts: FlowFacts): Leak[] {
  const leaks = new Map<string, Leak>();
  new Flow(facts, (leak) => leaks.set(`${leak.state} ${leak.where}`, leak)).run(machine, 'personal');
  return [...leaks.values()];
}

class Flow {
  constructor(
    private readonly facts: FlowFacts,
    private readonly report: (leak: Leak) => void,
  ) {}

  /** What the ends of the graph give, together. */
  run(machine: Machine, input: Data): Data {
    return this.#from(machine, machine.StartAt, input, []);
  }

  #from(machine: Machine, name: string, input: Data, behind: readonly string[]): Data {
    const state = machine.States[name];
    // A circle brings nothing new: what could leak has leaked the first time.
    if (state === undefined || behind.includes(name)) return 'clean';
    const guarded = name !== this.facts.entry;
    if (guarded && isPersonal(input)) this.report({ state: name, where: 'input' });
    const output = this.#output(name, state, input, guarded);
    const go = (next: string, data: Data): Data => this.#from(machine, next, data, [...behind, name]);
    const caught = (state.Catch ?? []).map((rule) => go(rule.Next, placed(input, 'clean', rule.ResultPath)));
    const chosen = [...(state.Choices ?? []).map(({ Next }) => Next), state.Default ?? []].flat();
    const ends = [...caught, ...chosen.map((next) => go(next, output))];
    ends.push(state.Next === undefined ? output : go(state.Next, output));
    return ends.reduce(joined);
  }

  #output(name: string, state: State, input: Data, guarded: boolean): Data {
    const seen = picked(input, state.InputPath);
    const given = state.Parameters === undefined ? seen : filled(state.Parameters, seen);
    switch (state.Type) {
      case 'Fail':
        for (const path of [state.ErrorPath, state.CausePath]) {
          if (path !== undefined && isPersonal(valueAt(input, path))) this.report({ state: name, where: 'error' });
        }
        return 'clean';
      case 'Task': {
        if (guarded && isPersonal(given)) this.report({ state: name, where: 'payload' });
        return this.#kept(name, state, input, this.#answer(state));
      }
      case 'Map': {
        const items = valueAt(seen, state.ItemsPath ?? '$');
        const item = typeof items === 'string' ? items : (items['[]'] ?? 'clean');
        const one = state.ItemSelector === undefined ? item : filled(state.ItemSelector, seen, item);
        const processed = state.ItemProcessor === undefined ? 'clean' : this.run(state.ItemProcessor, one);
        return this.#kept(name, state, input, { '[]': processed });
      }
      case 'Parallel': {
        const outputs = (state.Branches ?? []).map((branch, index) => [`[${index}]`, this.run(branch, given)] as const);
        return this.#kept(name, state, input, Object.fromEntries(outputs));
      }
      case 'Pass':
        return this.#kept(name, state, input, given);
      default:
        return picked(seen, state.OutputPath);
    }
  }

  /** The result where the state puts it. */
  #kept(name: string, state: State, input: Data, result: Data): Data {
    const selected = state.ResultSelector === undefined ? result : filled(state.ResultSelector, result);
    if (isPersonal(selected)) this.report({ state: name, where: 'result' });
    return picked(placed(input, selected, state.ResultPath), state.OutputPath);
  }

  #answer(state: State): Data {
    if (functionOf(state) === undefined) return 'clean';
    // Beside the fields it declares an answer may hold anything.
    let payload: Data = { '*': 'personal' };
    for (const field of this.facts.answers(state)) {
      const last =
        field
          .split(/[.[\]]+/)
          .filter(Boolean)
          .at(-1) ?? '';
      payload = withValue(payload, stepsOf(`$.${field}`), this.facts.isHarmless(last) ? 'clean' : 'personal');
    }
    return { Payload: payload };
  }
}

function isPersonal(data: Data): boolean {
  return typeof data === 'string' ? data === 'personal' : Object.values(data).some(isPersonal);
}

/** `$.checks.payment`, `$[0]`, `$.lines[*].sku` as names of fields; an index and all items are one step. */
function stepsOf(path: string): string[] {
  return (
    path
      .slice(1)
      .match(/\[\d+\]|\[[^\]]*\]|[^.[\]]+/g)
      ?.map((step) => (/^\[\D*\]$/.test(step) ? '[]' : step)) ?? []
  );
}

function valueAt(data: Data, path: string): Data {
  return stepsOf(path).reduce<Data>((found, step) => {
    if (typeof found === 'string') return found;
    return found[step] ?? (step.startsWith('[') ? found['[]'] : undefined) ?? found['*'] ?? 'clean';
  }, data);
}

function picked(data: Data, path: string | null | undefined): Data {
  return path === null ? 'clean' : path === undefined ? data : valueAt(data, path);
}

/** `undefined`: the result takes the input's place; `null`: it is thrown away. */
function placed(input: Data, result: Data, path: string | null | undefined): Data {
  if (path === null) return input;
  return path === undefined ? result : withValue(input, stepsOf(path), result);
}

function withValue(data: Data, [step, ...more]: readonly string[], value: Data): Data {
  if (step === undefined) return value;
  // Into a document, or into nothing: what was there before stays.
  const fields: { readonly [field: string]: Data } = typeof data === 'string' ? { '*': data } : data;
  return { ...fields, [step]: withValue(fields[step] ?? 'clean', more, value) };
}

function joined(left: Data, right: Data): Data {
  if (left === 'personal' || right === 'personal') return 'personal';
  if (typeof left === 'string') return right;
  if (typeof right === 'string') return left;
  const fields = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries(
    [...fields].map((field) => [field, joined(left[field] ?? 'clean', right[field] ?? 'clean')]),
  );
}

/** A template with its paths looked up. @param item what `$$.Map.Item.Value` stands for. */
function filled(template: Template, data: Data, item: Data = 'clean'): Data {
  const value = (name: string, text: unknown): Data => {
    if (name.endsWith('.$') && typeof text === 'string') {
      const paths = text.startsWith('$') ? [text] : (text.match(/\$\$?[.[][^\s,)']*|\$\$?(?=[\s,)])/g) ?? []);
      return paths.map((path) => looked(path, data, item)).reduce(joined, 'clean');
    }
    return typeof text === 'object' && text !== null ? filled(text as Template, data, item) : 'clean';
  };
  return Object.fromEntries(
    Object.entries(template).map(([name, text]) => [name.replace(/\.\$$/, ''), value(name, text)]),
  );
}

function looked(path: string, data: Data, item: Data): Data {
  if (!path.startsWith('$$')) return valueAt(data, path);
  if (path.startsWith('$$.Map.Item.Value')) return valueAt(item, path.replace('$$.Map.Item.Value', '$'));
  // The context object holds the whole input.
  return /^\$\$(\.Execution(\.Input.*|\[.*)?|\.Map(\.Item)?|\[.*)?$/.test(path) ? 'personal' : 'clean';
}
