import { looksLikeIntrinsic, parseIntrinsicCall, type IntrinsicArgument } from '../intrinsic-call.js';
import { parseJsonPath } from '../json-path.js';
import type { JsonPath } from '../json-path-segments.js';
import { transitions } from '../check-transitions.js';
import type { ChoiceState, ChoiceTest, MapState, State, StateGraph, StateMachine, Template } from '../types.js';
import { contextShape } from './context-shape.js';
import type { LintFinding, LintSubject } from './finding.js';
import { ANY, either, objectOf, SCALAR, shapeAt, shapeOf, withShapeAt, type Shape } from './shape.js';
import { walk } from './walk.js';
import { isLambdaInvoke, isUnknown, waitsForToken } from './tasks.js';

/**
 * JSONPaths that can never find anything, found by carrying what is known of the data along every way: what a Pass or a
 * ResultSelector makes, what a Catch without ResultPath throws away, which members lambda:invoke's envelope has.
 */
export function* impossiblePaths({ machine }: LintSubject): Generator<LintFinding> {
  const flow = new DataFlow(machine);
  flow.run(machine, ANY, { location: '', map: false });
  yield* flow.findings;
}

interface Surroundings {
  readonly location: string;
  /** Inside a Map. */
  readonly map: boolean;
}

/** One state while its paths are looked at. */
interface Here extends Surroundings {
  readonly state: State;
  /** For `$$`. */
  readonly context: Shape;
}

/** What Step Functions puts around a function's answer. Recorded. */
const ENVELOPE = objectOf({
  ExecutedVersion: SCALAR,
  LogResult: SCALAR,
  FunctionError: SCALAR,
  Payload: ANY,
  SdkHttpMetadata: ANY,
  SdkResponseMetadata: ANY,
  StatusCode: SCALAR,
});

const ERROR_OUTPUT = objectOf({ Error: SCALAR, Cause: SCALAR });

class DataFlow {
  readonly findings: LintFinding[] = [];

  constructor(private readonly machine: StateMachine) {}

  /** Walks a graph from its start, each state after all that lead to it; @returns the shape of its output. */
  run(graph: StateGraph, input: Shape, { location, map }: Surroundings): Shape {
    const { order, repeated } = walk(graph);
    const inputs = new Map<string, Shape>([[graph.StartAt, input]]);
    let output: Shape | undefined;
    for (const name of order) {
      const state = graph.States[name];
      if (state === undefined) continue;
      // What comes round in a circle may have any shape.
      const given = repeated.has(name) ? ANY : (inputs.get(name) ?? ANY);
      const ways = this.pass(state, given, { location: `${location}/States/${name}`, map });
      for (const { target, place } of transitions(state)) {
        const shape = place.startsWith('Catch') ? (ways.caught[Number(/\d+/u.exec(place)?.[0])] ?? ANY) : ways.output;
        const known = inputs.get(target);
        inputs.set(target, known === undefined ? shape : either(known, shape));
      }
      if (state.Type === 'Succeed' || ('End' in state && state.End === true))
        output = output === undefined ? ways.output : either(output, ways.output);
    }
    return output ?? ANY;
  }

  private pass(
    state: State,
    input: Shape,
    around: Surroundings,
  ): { readonly output: Shape; readonly caught: readonly Shape[] } {
    const caught = ('Catch' in state ? (state.Catch ?? []) : []).map(({ ResultPath: path }) =>
      this.placed(input, path === undefined ? '$' : path, ERROR_OUTPUT),
    );
    if ((state.QueryLanguage ?? this.machine.QueryLanguage) === 'JSONata') {
      this.inside(state, ANY, around);
      return { output: ANY, caught: caught.map(() => ANY) };
    }
    const token = state.Type === 'Task' && (waitsForToken(state) || isUnknown(state));
    const context = contextShape({ map: around.map || state.Type === 'Map', token });
    const here: Here = { ...around, state, context };
    const effective = this.filtered('InputPath', input, here);
    const result = this.result(state, effective, here);
    // A Choice, a Wait and a Succeed have no result: their input goes on.
    const whole =
      'ResultPath' in state || result !== effective ? this.placed(input, resultPath(state), result) : effective;
    return { output: this.filtered('OutputPath', whole, here), caught };
  }

  /** What a state makes of its input, before ResultPath. */
  private result(state: State, input: Shape, here: Here): Shape {
    const { location } = here;
    switch (state.Type) {
      case 'Task': {
        if (state.Parameters !== undefined) this.template(state.Parameters, input, `${location}/Parameters`, here);
        this.path(state.TimeoutSecondsPath, input, `${location}/TimeoutSecondsPath`, here);
        this.path(state.HeartbeatSecondsPath, input, `${location}/HeartbeatSecondsPath`, here);
        const answer = isLambdaInvoke(state) && !waitsForToken(state) ? ENVELOPE : ANY;
        return this.selected(state.ResultSelector, answer, here);
      }
      case 'Pass':
        if (state.Result !== undefined) return shapeOf(state.Result);
        return state.Parameters === undefined
          ? input
          : this.template(state.Parameters, input, `${location}/Parameters`, here);
      case 'Wait':
        this.path(state.SecondsPath, input, `${location}/SecondsPath`, here);
        this.path(state.TimestampPath, input, `${location}/TimestampPath`, here);
        return input;
      case 'Choice':
        this.choices(state, input, here);
        return input;
      case 'Parallel': {
        const given =
          state.Parameters === undefined
            ? input
            : this.template(state.Parameters, input, `${location}/Parameters`, here);
        const outputs = state.Branches.map((branch, position) =>
          this.run(branch, given, { location: `${location}/Branches[${position}]`, map: here.map }),
        );
        const items = outputs.length === 0 ? ANY : outputs.reduce(either);
        return this.selected(state.ResultSelector, { kind: 'array', items, length: outputs.length }, here);
      }
      case 'Map':
        return this.selected(state.ResultSelector, this.mapped(state, input, here), here);
      case 'Succeed':
        return input;
      case 'Fail':
        this.path(state.ErrorPath, input, `${location}/ErrorPath`, here);
        this.path(state.CausePath, input, `${location}/CausePath`, here);
        return input;
    }
  }

  private mapped(state: MapState, input: Shape, here: Here): Shape {
    const { location } = here;
    for (const field of ['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'] as const)
      this.path(state[field], input, `${location}/${field}`, here);
    const items =
      state.ItemReader === undefined ? this.path(state.ItemsPath ?? '$', input, `${location}/ItemsPath`, here) : ANY;
    const selector = state.ItemSelector ?? state.Parameters;
    const field = state.ItemSelector === undefined ? 'Parameters' : 'ItemSelector';
    const item =
      selector === undefined
        ? items.kind === 'array'
          ? items.items
          : ANY
        : this.template(selector, state.ItemReader === undefined ? input : ANY, `${location}/${field}`, here);
    const given = state.ItemBatcher === undefined ? item : ANY;
    const output = this.processor(state, given, here);
    // A ResultWriter puts a reference in place of the results.
    return state.ResultWriter === undefined ? { kind: 'array', items: output } : ANY;
  }

  private processor(state: MapState, item: Shape, { location }: Surroundings): Shape {
    const place = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
    const graph = state.ItemProcessor ?? state.Iterator;
    return graph === undefined ? ANY : this.run(graph, item, { location: `${location}/${place}`, map: true });
  }

  /** The graphs inside of a state whose own data is not followed. */
  private inside(state: State, input: Shape, around: Surroundings): void {
    if (state.Type === 'Map') this.processor(state, input, around);
    if (state.Type !== 'Parallel') return;
    for (const [position, branch] of state.Branches.entries())
      this.run(branch, input, { ...around, location: `${around.location}/Branches[${position}]` });
  }

  private choices(state: ChoiceState, input: Shape, here: Here): void {
    const asked = new Set<string>();
    const compared: { path: string; location: string }[] = [];
    const visit = (test: ChoiceTest, location: string): void => {
      if ('And' in test) test.And.forEach((inner, index) => visit(inner, `${location}/And[${index}]`));
      else if ('Or' in test) test.Or.forEach((inner, index) => visit(inner, `${location}/Or[${index}]`));
      else if ('Not' in test) visit(test.Not, `${location}/Not`);
      else if ('IsPresent' in test) asked.add(test.Variable);
      else compared.push({ path: test.Variable, location: `${location}/Variable` });
    };
    for (const [index, rule] of state.Choices.entries()) {
      if (!('Condition' in rule)) visit(rule, `${here.location}/Choices[${index}]`);
    }
    for (const { path, location } of compared) if (!asked.has(path)) this.path(path, input, location, here);
  }

  private selected(selector: Template | undefined, result: Shape, here: Here): Shape {
    return selector === undefined ? result : this.template(selector, result, `${here.location}/ResultSelector`, here);
  }

  private filtered(field: 'InputPath' | 'OutputPath', shape: Shape, here: Here): Shape {
    const path = (here.state as { readonly [name in typeof field]?: string | null })[field];
    if (path === null) return objectOf({});
    return path === undefined ? shape : this.path(path, shape, `${here.location}/${field}`, here);
  }

  /** The input with a result in it. */
  private placed(input: Shape, path: string | null, result: Shape): Shape {
    if (path === null) return input;
    const parsed = readPath(path);
    return parsed === undefined ? ANY : withShapeAt(input, parsed.segments, result);
  }

  /** The shape of what a template makes; each path in it is looked at. */
  private template(template: Template, data: Shape, location: string, here: Here): Shape {
    if (Array.isArray(template)) {
      const items = template.map((item: Template, index) => this.template(item, data, `${location}[${index}]`, here));
      return { kind: 'array', items: items.length === 0 ? SCALAR : items.reduce(either), length: items.length };
    }
    if (typeof template !== 'object' || template === null) return SCALAR;
    const members = new Map<string, Shape>();
    for (const [name, value] of Object.entries(template)) {
      const place = `${location}/${name}`;
      if (!name.endsWith('.$')) members.set(name, this.template(value, data, place, here));
      else members.set(name.slice(0, -2), typeof value === 'string' ? this.computed(value, data, place, here) : ANY);
    }
    return { kind: 'object', members };
  }

  private computed(text: string, data: Shape, location: string, here: Here): Shape {
    if (!looksLikeIntrinsic(text)) return this.path(text, data, location, here);
    const visit = (argument: IntrinsicArgument): void => {
      if (argument.kind === 'path') this.look(argument.path, data, location, here);
      if (argument.kind === 'call') argument.arguments.forEach(visit);
    };
    try {
      visit(parseIntrinsicCall(text));
    } catch {
      // Its syntax is another check's business.
    }
    return ANY;
  }

  private path(text: string | undefined, data: Shape, location: string, here: Here): Shape {
    const path = text === undefined ? undefined : readPath(text);
    return path === undefined ? ANY : this.look(path, data, location, here);
  }

  private look(path: JsonPath, data: Shape, location: string, here: Here): Shape {
    if (path.root.kind === 'variable') return ANY;
    const context = path.root.kind === 'context';
    const found = shapeAt(context ? here.context : data, path.segments);
    if (found !== undefined) return found;
    this.findings.push({
      severity: 'warning',
      rule: 'impossible-path',
      location,
      message: context
        ? `the context object has nothing at ${path.text} here`
        : `nothing can be at ${path.text} here${describe(data)}`,
      advice: context
        ? 'Map.Item is there inside a Map, Task.Token in a task that waits for it'
        : 'look at ResultSelector, ResultPath and OutputPath of the states before: they decide what goes on',
    });
    return ANY;
  }
}

function resultPath(state: State): string | null {
  const { ResultPath: path } = state as { readonly ResultPath?: string | null };
  return path === undefined ? '$' : path;
}

function describe(data: Shape): string {
  if (data.kind !== 'object') return '';
  const names = [...data.members.keys()];
  const shown = names.slice(0, 6).join(', ');
  return names.length === 0 ? ': the data is {}' : `: the data has ${shown}${names.length > 6 ? ' ...' : ''}`;
}

function readPath(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(text);
  } catch {
    // Its syntax is another check's business.
    return undefined;
  }
}
