import {
  IntrinsicSyntaxError,
  looksLikeIntrinsic,
  parseIntrinsicCall,
  type IntrinsicCall,
} from '../../definition/intrinsic-call.js';
import { callIntrinsic } from '../intrinsics/call-intrinsic.js';
import { LanguageError } from '../language-error.js';
import { findPath, isNullInput, nullInput } from '../paths/read-path.js';
import type { Json } from '../protocol.js';
import type { Scope } from './scope.js';

/**
 * The value of what stands behind a `.$` key, or in ErrorPath and CausePath: a path or an intrinsic function.
 * @param field what the definition calls the place (`value.$`, `ErrorPath`), for the message.
 * @throws LanguageError States.Runtime when the path finds nothing (recordings test_invalid_jsonpath),
 *   States.IntrinsicFailure when a function refuses.
 */
export function resolveExpression(text: string, scope: Scope, field = ''): Json {
  if (looksLikeIntrinsic(text)) return callIntrinsic(parse(text), scope);
  const found = findPath(text, scope);
  if (found !== undefined) return found;
  throw isNullInput(text, scope) ? nullInput() : pathNotFound(text, field, scope);
}

/** The message names the input even when the path looked into the context or a variable. */
function pathNotFound(path: string, field: string, scope: Scope): LanguageError {
  return new LanguageError(
    'States.Runtime',
    `The JSONPath '${path}' specified for the field '${field}' could not be found in the input ` +
      `'${JSON.stringify(scope.input)}'`,
  );
}

function parse(text: string): IntrinsicCall {
  try {
    return parseIntrinsicCall(text);
  } catch (error) {
    if (error instanceof IntrinsicSyntaxError) {
      throw new LanguageError('States.IntrinsicFailure', `The function '${text}' is not valid: ${error.message}`);
    }
    throw error;
  }
}
