import type { Catcher, ChoiceState, FailState, MapState, Template, WaitState } from '../../definition/types.js';
import { choose } from '../choice/choose.js';
import type { ContextExtras, ExecutionView } from '../context-object.js';
import { Datum } from '../datum.js';
import type { Frame, Variables } from '../frame.js';
import { LanguageError } from '../language-error.js';
import { findPath, readPath } from '../paths/read-path.js';
import { writeReferencePath } from '../paths/write-reference-path.js';
import type { Instant, Json, Sources } from '../protocol.js';
import type { FailureReason } from '../state-failure.js';
import { resolveExpression } from '../templates/resolve-expression.js';
import { resolveTemplate } from '../templates/resolve-template.js';
import type { Choice, CountField, DataFlow, Outcome } from './data-flow.js';
import { noChoiceMatched } from './no-choice-matched.js';
import { StateScope } from './state-scope.js';
import { parseTimestamp, waitIsTooLong } from './wait-time.js';

/**
 * JSONPath's order of things:
 *
 *     input ─ InputPath ─ Parameters ─> work ─> result ─ ResultSelector ─┬─ ResultPath (into the input) ─ OutputPath ─> output
 *                                                                        └─ Assign
 *
 * OutputPath still sees the variables as they were before Assign (recording BASE_EVALUATION_ORDER_PASS_STATE).
 */
export class JsonPathFlow implements DataFlow {
  constructor(
    private readonly view: ExecutionView,
    private readonly sources: Sources,
  ) {}

  parameters(frame: Frame, template: Template | undefined, extras?: ContextExtras): Datum {
    const input = this.effectiveInput(frame);
    return template === undefined ? input : this.resolve(frame, template, input, extras);
  }

  outcome(frame: Frame, result: Datum): Outcome {
    const { state, input } = frame.at;
    const selector = 'ResultSelector' in state ? state.ResultSelector : undefined;
    const selected = selector === undefined ? result : this.resolve(frame, selector, result);
    const placed = place('ResultPath' in state ? state.ResultPath : undefined, input, selected);
    return this.leaving(frame, placed, 'Assign' in state ? state.Assign : undefined, selected);
  }

  caught(frame: Frame, catcher: Catcher, reason: FailureReason): Outcome {
    const output = errorOutput(reason);
    return {
      output: place(catcher.ResultPath, frame.at.input, output),
      ...this.assigned(frame, catcher.Assign, output),
    };
  }

  choose(frame: Frame, state: ChoiceState): Choice {
    const input = this.effectiveInput(frame);
    const rule = choose(state.Choices, this.scope(frame, input));
    const next = rule?.Next ?? state.Default;
    if (next === undefined) {
      throw noChoiceMatched();
    }
    return { next, ...this.leaving(frame, input, rule === undefined ? state.Assign : rule.Assign, input) };
  }

  items(frame: Frame, state: MapState): readonly Json[] {
    const path = state.ItemsPath ?? '$';
    const items = readPath(path, this.scope(frame, this.effectiveInput(frame)));
    if (!Array.isArray(items)) {
      throw new LanguageError('States.Runtime', `Reference path "${path}" must point to array.`);
    }
    return items;
  }

  itemInput(frame: Frame, state: MapState, index: number, items: readonly Json[]): Datum {
    const value = items[index] ?? null;
    const selector = state.ItemSelector ?? state.Parameters;
    return selector === undefined
      ? Datum.ofValue(value)
      : this.resolve(frame, selector, this.effectiveInput(frame), { item: { index, value } });
  }

  count(frame: Frame, field: CountField): number | undefined {
    const fields: { readonly [name: string]: unknown } = { ...frame.at.state };
    const literal = fields[field];
    if (typeof literal === 'number') {
      return literal;
    }
    const path = fields[`${field}Path`];
    if (typeof path !== 'string') {
      return undefined;
    }
    const value = readPath(path, this.scope(frame, this.effectiveInput(frame)));
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new LanguageError(
        'States.Runtime',
        `The ${field}Path field refers to value "${shown(value)}" which is not a valid integer: ${path}`,
      );
    }
    if (value < 0) {
      throw new LanguageError('States.Runtime', `Expected non-negative integer for ${field}, got ${value} instead.`);
    }
    return value;
  }

  number(
    frame: Frame,
    holder: { readonly [name: string]: unknown },
    field: string,
    _location: string,
    kind: 'integer' | 'float',
  ): number | undefined {
    const literal = holder[field];
    if (typeof literal === 'number') {
      return literal;
    }
    const path = holder[`${field}Path`];
    if (typeof path !== 'string') {
      return undefined;
    }
    const found = readPath(path, this.scope(frame, this.effectiveInput(frame)));
    const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found;
    if (typeof value !== 'number' || (kind === 'integer' ? !Number.isInteger(value) : !Number.isFinite(value))) {
      throw new LanguageError(
        'States.Runtime',
        `The ${field}Path field refers to value "${shown(found)}" which is not a valid ${kind}: ${path}`,
      );
    }
    return value;
  }

  template(frame: Frame, template: Template): Json {
    return this.resolve(frame, template, this.effectiveInput(frame)).value;
  }

  waitUntil(frame: Frame, state: WaitState): Instant {
    const from = frame.at.resumedAt;
    const until = this.requestedTime(frame, state, from);
    if (waitIsTooLong(until, from)) {
      throw new LanguageError('States.Runtime', 'Wait state delay is too long.');
    }
    return until;
  }

  failure(frame: Frame, state: FailState): FailureReason {
    const scope = this.scope(frame, frame.at.input);
    const text = (path: string, field: string): string => {
      const value = resolveExpression(path, scope, field);
      if (typeof value !== 'string') {
        throw new LanguageError('States.Runtime', `The ${field} parameter does not reference a string value: ${path}`);
      }
      return value;
    };
    const error = state.ErrorPath === undefined ? state.Error : text(state.ErrorPath, 'ErrorPath');
    const cause = state.CausePath === undefined ? state.Cause : text(state.CausePath, 'CausePath');
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }

  private requestedTime(frame: Frame, state: WaitState, from: Instant): Instant {
    if (typeof state.Seconds === 'number') {
      return from + state.Seconds * 1000;
    }
    if (state.SecondsPath !== undefined) {
      return from + this.secondsAt(frame, state.SecondsPath) * 1000;
    }
    if (state.Timestamp !== undefined) {
      return timestamp(
        state.Timestamp,
        `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${state.Timestamp}`,
      );
    }
    const path = state.TimestampPath ?? '$';
    const value = this.waitInput(frame, 'TimestampPath', path);
    return timestamp(
      value,
      `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown(value)}`,
    );
  }

  private secondsAt(frame: Frame, path: string): number {
    const value = this.waitInput(frame, 'SecondsPath', path);
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new LanguageError(
        'States.Runtime',
        `The SecondsPath parameter cannot be parsed as a long value: ${path} == ${shown(value)}`,
      );
    }
    if (value < 0) {
      throw new LanguageError(
        'States.Runtime',
        `The SecondsPath parameter references a negative value: ${path} == ${value}`,
      );
    }
    return value;
  }

  private waitInput(frame: Frame, field: string, path: string): Json {
    const value = findPath(path, this.scope(frame, this.effectiveInput(frame)));
    if (value === undefined) {
      throw new LanguageError('States.Runtime', `The ${field} parameter does not reference an input value: ${path}`);
    }
    return value;
  }

  private effectiveInput(frame: Frame): Datum {
    const { state, input } = frame.at;
    return this.select(frame, 'InputPath' in state ? state.InputPath : undefined, input);
  }

  private leaving(frame: Frame, value: Datum, assign: Catcher['Assign'], assignFrom: Datum): Outcome {
    const { state } = frame.at;
    return {
      output: this.select(frame, 'OutputPath' in state ? state.OutputPath : undefined, value),
      ...this.assigned(frame, assign, assignFrom),
    };
  }

  private assigned(frame: Frame, assign: Catcher['Assign'], from: Datum): { assigned?: Variables } {
    return assign === undefined
      ? {}
      : { assigned: resolveTemplate(assign, this.scope(frame, from)) as Record<string, Json> };
  }

  /** InputPath and OutputPath: `null` throws the data away. */
  private select(frame: Frame, path: string | null | undefined, from: Datum): Datum {
    if (path === undefined || path === '$') {
      return from;
    }
    return path === null ? Datum.emptyObject : Datum.ofValue(readPath(path, this.scope(frame, from)));
  }

  private resolve(frame: Frame, template: Json, from: Datum, extras?: ContextExtras): Datum {
    return Datum.ofValue(resolveTemplate(template, this.scope(frame, from, extras)));
  }

  private scope(frame: Frame, input: Datum, extras?: ContextExtras): StateScope {
    return new StateScope(input, this.view, frame, this.sources, extras);
  }
}

/** ResultPath: the result replaces the state's raw input, is put into it, or is dropped. */
function place(path: string | null | undefined, input: Datum, result: Datum): Datum {
  if (path === undefined || path === '$') {
    return result;
  }
  return path === null ? input : Datum.ofValue(writeReferencePath(path, input.value, result.value));
}

/** A failure without a cause, such as a timeout, gives its catcher an empty one. */
export function errorOutput(reason: FailureReason): Datum {
  return Datum.ofValue({
    ...(reason.error === undefined ? {} : { Error: reason.error }),
    Cause: reason.cause ?? '',
  });
}

function timestamp(value: Json, refusal: string): Instant {
  const instant = typeof value === 'string' ? parseTimestamp(value) : undefined;
  if (instant === undefined) {
    throw new LanguageError('States.Runtime', refusal);
  }
  return instant;
}

/** A value inside a message: texts bare, all else as JSON. */
function shown(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
