import { states } from '../definition/states.js';
import { readDefinition } from '../definition/parse.js';

const FUNCTION_ARN = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:(?<name>[A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/;

/**
 * The Lambda function that a Task calls, by its name: from lambda:invoke's FunctionName or a function's ARN as Resource.
 *
 * @returns undefined for other states, and where the name is computed at run time
 */
export function functionOfState(definition: string, stateName: string): string | undefined {
  const { machine } = readDefinition(definition);
  if (machine === undefined) return undefined;
  for (const { name, state } of states(machine)) {
    if (name !== stateName || state.Type !== 'Task') continue;
    const named = member(state.Parameters, 'FunctionName') ?? member(state.Arguments, 'FunctionName');
    return functionName(named ?? state.Resource);
  }
  return undefined;
}

/** A name, an ARN or a partial one ("123456789012:function:name") down to the name. */
function functionName(text: string): string | undefined {
  const arn = FUNCTION_ARN.exec(text)?.groups?.['name'];
  if (arn !== undefined) return arn;
  const [, name] = /^(?:\d{12}:function:)?([A-Za-z0-9_-]+)(?::[A-Za-z0-9_$-]+)?$/.exec(text) ?? [];
  return name;
}

function member(template: unknown, key: string): string | undefined {
  if (typeof template !== 'object' || template === null || !(key in template)) return undefined;
  const value = (template as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}
