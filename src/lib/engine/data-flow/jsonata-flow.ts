import type { Catcher, ChoiceState, FailState, MapState, Template, WaitState } from '../../definition/types.js';
import { jsonataExpression } from '../../definition/jsonata-text.js';
import { contextObject, type ContextExtras, type ExecutionView } from '../context-object.js';
import { Datum } from '../datum.js';
import type { Answer, Frame, Variables } from '../frame.js';
import { jsonataFailure, unexpectedType, typeName } from '../jsonata/evaluate-jsonata.js';
import { fillTemplate } from '../jsonata/jsonata-template.js';
import type { Instant, Json } from '../protocol.js';
import { StateFailure, type FailureReason } from '../state-failure.js';
import { Suspended, type Choice, type CountField, type DataFlow, type Outcome } from './data-flow.js';
import { errorOutput } from './json-path-flow.js';
import { noChoiceMatched } from './no-choice-matched.js';
import { parseTimestamp, waitIsTooLong } from './wait-time.js';

/** Gives the answer to an expression, or asks for it and gives nothing yet. */
export type Ask = (location: string, expression: string, bindings: () => Json) => Answer | undefined;

interface Seen {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly extras?: ContextExtras;
}

/**
 * JSONata's data flow: Arguments make the work's input, Output and Assign see `$states.input`, `$states.result` and the
 * variables as they were before. All expressions of a template are asked for at once; the state goes on when all have
 * answered, and the first one that failed, in the template's order, fails the state.
 */
export class JsonataFlow implements DataFlow {
  constructor(
    private readonly view: ExecutionView,
    private readonly ask: Ask,
  ) {}

  parameters(frame: Frame, template: Template | undefined, extras?: ContextExtras): Datum {
    return template === undefined
      ? frame.at.input
      : Datum.ofValue(this.resolve(frame, template, 'Arguments', extras === undefined ? {} : { extras }));
  }

  outcome(frame: Frame, result: Datum): Outcome {
    const { state } = frame.at;
    const hasWork = state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map';
    const seen = hasWork ? { result: result.value } : {};
    return this.leaving(frame, state as Leaving, '', seen, result);
  }

  caught(frame: Frame, catcher: Catcher, reason: FailureReason): Outcome {
    const { state } = frame.at;
    const index = 'Catch' in state ? (state.Catch?.indexOf(catcher) ?? 0) : 0;
    const output = errorOutput(reason);
    return this.leaving(frame, catcher, `Catch[${index}]/`, { errorOutput: output.value }, output);
  }

  choose(frame: Frame, state: ChoiceState): Choice {
    for (const [index, rule] of state.Choices.entries()) {
      const location = `Choices[${index}]/Condition`;
      const condition = 'Condition' in rule ? this.typed(frame, rule.Condition, location, 'boolean') : false;
      if (condition === true) {
        return { next: rule.Next, ...this.leaving(frame, rule, `Choices[${index}]/`, {}, frame.at.input) };
      }
    }
    if (state.Default === undefined) {
      throw noChoiceMatched();
    }
    return { next: state.Default, ...this.leaving(frame, state, '', {}, frame.at.input) };
  }

  items(frame: Frame, state: MapState): readonly Json[] {
    if (state.Items === undefined) {
      const { value } = frame.at.input;
      if (!Array.isArray(value)) {
        throw this.refusal(frame, undefined, `Map state input must be an array but was: ${JSON.stringify(value)}`);
      }
      return value;
    }
    return this.typed(frame, state.Items, 'Items', 'array') as readonly Json[];
  }

  itemInput(frame: Frame, state: MapState, index: number, items: readonly Json[]): Datum {
    const value = items[index] ?? null;
    return Datum.ofValue(
      state.ItemSelector === undefined
        ? value
        : this.resolve(frame, state.ItemSelector, 'ItemSelector', { extras: { item: { index, value } } }),
    );
  }

  count(frame: Frame, field: CountField): number | undefined {
    const fields: { readonly [name: string]: unknown } = { ...frame.at.state };
    const value = fields[field] as Json | undefined;
    return value === undefined ? undefined : (this.typed(frame, value, field, 'number') as number);
  }

  number(
    frame: Frame,
    holder: { readonly [name: string]: unknown },
    field: string,
    location: string,
  ): number | undefined {
    const value = holder[field] as Json | undefined;
    return value === undefined ? undefined : (this.typed(frame, value, `${location}${field}`, 'number') as number);
  }

  template(frame: Frame, template: Template, location: string): Json {
    return this.resolve(frame, template, location, {});
  }

  waitUntil(frame: Frame, state: WaitState): Instant {
    const from = frame.at.resumedAt;
    const until =
      state.Seconds === undefined
        ? this.timestamp(frame, state.Timestamp ?? '')
        : from + (this.typed(frame, state.Seconds, 'Seconds', 'number') as number) * 1000;
    if (waitIsTooLong(until, from)) {
      throw this.refusal(frame, undefined, 'Wait state delay is too long.', true);
    }
    return until;
  }

  failure(frame: Frame, state: FailState): FailureReason {
    return {
      ...(state.Error === undefined ? {} : { error: this.typed(frame, state.Error, 'Error', 'string') as string }),
      ...(state.Cause === undefined ? {} : { cause: this.typed(frame, state.Cause, 'Cause', 'string') as string }),
    };
  }

  private timestamp(frame: Frame, field: string): Instant {
    const text = this.typed(frame, field, 'Timestamp', 'string') as string;
    const instant = parseTimestamp(text);
    if (instant === undefined) {
      const refusal = `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`;
      throw this.refusal(frame, 'Timestamp', refusal, true);
    }
    return instant;
  }

  private leaving(frame: Frame, fields: Leaving, prefix: string, seen: Seen, otherwise: Datum): Outcome {
    const missing: Missing = { any: false };
    const output =
      fields.Output === undefined ? undefined : this.fill(frame, fields.Output, `${prefix}Output`, seen, missing);
    const assigned =
      fields.Assign === undefined ? undefined : this.fill(frame, fields.Assign, `${prefix}Assign`, seen, missing);
    suspendIf(missing);
    return {
      output: output === undefined ? otherwise : Datum.ofValue(output),
      ...(assigned === undefined ? {} : { assigned: assigned as Variables }),
    };
  }

  private resolve(frame: Frame, template: Json, location: string, seen: Seen): Json {
    const missing: Missing = { any: false };
    const value = this.fill(frame, template, location, seen, missing);
    suspendIf(missing);
    return value;
  }

  /** A field that must have one type; an expression of another is refused as AWS words it. */
  private typed(frame: Frame, field: Json, location: string, type: string): Json {
    const value = this.resolve(frame, field, location, {});
    const expression = typeof field === 'string' ? jsonataExpression(field) : undefined;
    if (typeName(value) !== type && expression !== undefined) {
      throw this.refusal(frame, location, jsonataFailure(expression, location, unexpectedType(type, value)));
    }
    return value;
  }

  /** The template with its expressions answered; what is not answered yet is asked for and stands as null. */
  private fill(frame: Frame, template: Json, location: string, seen: Seen, missing: Missing): Json {
    return fillTemplate(template, location, ({ expression, field }) =>
      this.answered(frame, expression, field, seen, missing),
    );
  }

  private answered(frame: Frame, expression: string, location: string, seen: Seen, missing: Missing): Json {
    // A batch selects several items in one frame.
    const item = seen.extras?.item;
    const place = item === undefined ? location : `${location}#${item.index}`;
    const answer = this.ask(place, expression, () => this.bindings(frame, seen));
    if (answer === undefined) {
      missing.any = true;
      return null;
    }
    if (answer.failure !== undefined) {
      throw this.refusal(frame, location, jsonataFailure(expression, location, answer.failure));
    }
    if (answer.value === undefined) {
      throw this.refusal(frame, location, jsonataFailure(expression, location));
    }
    return answer.value;
  }

  private bindings(frame: Frame, { result, errorOutput: error, extras }: Seen): Json {
    return {
      ...frame.variables,
      states: {
        input: frame.at.input.value,
        ...(result === undefined ? {} : { result }),
        ...(error === undefined ? {} : { errorOutput: error }),
        context: contextObject(this.view, frame, extras),
      },
    };
  }

  /** @param afterEntry whether the fault was found with the value in hand, and not while evaluating */
  private refusal(frame: Frame, location: string | undefined, message: string, afterEntry = false): StateFailure {
    const { name, enteredId } = frame.at;
    const cause = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${message}`;
    const evaluation = location === undefined ? { afterEntry } : { location, afterEntry };
    return new StateFailure({ error: 'States.QueryEvaluationError', cause }, evaluation);
  }
}

interface Leaving {
  readonly Output?: Template;
  readonly Assign?: Catcher['Assign'];
}

interface Missing {
  any: boolean;
}

function suspendIf(missing: Missing): void {
  if (missing.any) {
    throw new Suspended();
  }
}
