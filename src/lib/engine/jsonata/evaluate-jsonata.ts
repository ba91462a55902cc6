import type { Effect, Json, Signal, Sources } from '../protocol.js';
import { awsFunctions } from './aws-functions.js';
import { isFunctionResult, plainJson } from './plain-json.js';

/** What an expression gave: a value; neither, when it gave nothing (undefined); or why it failed. */
export interface Evaluation {
  readonly value?: Json;
  /** The end of AWS's sentence: see `jsonataFailure`. */
  readonly failure?: string;
}

/** What AWS allows an expression: levels of nesting, and about as much time (milliseconds). */
const LIMITS = { stack: 100, timeout: 5_000 };

/**
 * Evaluates a JSONata expression as Step Functions does: no context item, the data only as variables (`$states`, and those
 * that Assign has set), AWS's six functions, no `$eval`.
 * @param expression without `{% %}`.
 * @param bindings `{ states: {...}, name: value ... }`
 * @returns never rejects: a broken or failing expression is an answer.
 */
export async function evaluateJsonata(expression: string, bindings: Json, sources: Sources): Promise<Evaluation> {
  // Loading the library costs more than most executions: only those that use JSONata pay.
  const { default: jsonata } = await import('jsonata');
  try {
    // Compiled anew each time, which is cheap: the library keeps functions and limits with the compiled expression.
    const compiled = jsonata(expression, LIMITS);
    for (const [name, [implementation, signature]] of Object.entries(awsFunctions(sources))) {
      compiled.registerFunction(name, implementation, signature);
    }
    compiled.assign('eval', undefined);
    const result: unknown = await compiled.evaluate(undefined, bindings as Record<string, unknown>);
    if (result === undefined) return {};
    return isFunctionResult(result)
      ? { failure: 'returned an unsupported result type.' }
      : { value: plainJson(result) };
  } catch (error) {
    return { failure: `threw an error during evaluation. ${described(error)}` };
  }
}

/** Performs an `evaluate` effect: what a driver hands back to the engine. */
export async function performEvaluation(
  { key, expression, bindings }: Extract<Effect, { kind: 'evaluate' }>,
  sources: Sources,
): Promise<Extract<Signal, { kind: 'evaluated' }>> {
  return { kind: 'evaluated', key, ...(await evaluateJsonata(expression, bindings, sources)) };
}

/** The cause of a failed evaluation; `failure` is the end of the sentence, for an undefined result its own. */
export function jsonataFailure(expression: string, field: string, failure = 'returned nothing (undefined).'): string {
  return `The JSONata expression '${expression}' specified for the field '${field}' ${failure}`;
}

/** The end of the sentence when a field wants another type than it got (recordings test_map_state_items_eval_jsonata_fail). */
export function unexpectedType(expected: string, value: Json): string {
  return `returned an unexpected result type. Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`;
}

/** A value's type as AWS names it. */
export function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The library throws plain objects with a code. */
function described(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}
