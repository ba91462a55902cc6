import type { IntrinsicArgument, IntrinsicCall, IntrinsicName } from '../../definition/intrinsic-call.js';
import { LanguageError } from '../language-error.js';
import { findParsedPath } from '../paths/read-path.js';
import type { Json } from '../protocol.js';
import type { Scope } from '../templates/scope.js';
import {
  arrayContains,
  arrayGetItem,
  arrayLength,
  arrayPartition,
  arrayRange,
  arrayUnique,
} from './array-functions.js';
import { format, formatFilled } from './format.js';
import { IntrinsicRefusal } from './intrinsic-refusal.js';
import { mathAdd, mathRandom } from './math-functions.js';
import {
  base64Decode,
  base64Encode,
  hash,
  jsonMerge,
  jsonToString,
  stringSplit,
  stringToJson,
} from './text-functions.js';

/**
 * The value of an intrinsic function, its arguments first, innermost first.
 * @throws LanguageError States.IntrinsicFailure when an argument has the wrong type or goes beyond AWS's limits;
 *   States.Runtime when a path finds nothing.
 */
export function callIntrinsic(call: IntrinsicCall, scope: Scope): Json {
  try {
    return evaluated(call, scope);
  } catch (error) {
    if (!(error instanceof IntrinsicRefusal)) throw error;
    // The whole expression is named, also when an inner call refused.
    throw new LanguageError(error.errorName, `The function '${call.text}' had the following error: ${error.message}`);
  }
}

function evaluated(call: IntrinsicCall, scope: Scope): Json {
  const given = call.arguments.map((argument) => argumentValue(argument, scope));
  const [template] = call.arguments;
  if (call.name === 'Format' && template?.kind === 'text') return formatFilled(template.raw, given.slice(1));
  return FUNCTIONS[call.name](given, scope);
}

function argumentValue(argument: IntrinsicArgument, scope: Scope): Json {
  switch (argument.kind) {
    case 'call':
      return evaluated(argument, scope);
    case 'path': {
      const found = findParsedPath(argument.path, scope);
      if (found !== undefined) return found;
      throw new IntrinsicRefusal(
        `The JsonPath argument for the field '${argument.path.text}' could not be found in the input ` +
          `'${JSON.stringify(scope.input)}'`,
        'States.Runtime',
      );
    }
    case 'text':
    case 'literal':
      return argument.value;
  }
}

/** The parser has already counted the arguments. */
const FUNCTIONS: Record<IntrinsicName, (given: Json[], scope: Scope) => Json> = {
  Format: ([template, ...values]) => format(template!, values),
  StringToJson: ([text]) => stringToJson(text!),
  JsonToString: ([value]) => jsonToString(value!),
  Array: (values) => values,
  ArrayPartition: ([values, size]) => arrayPartition(values!, size!),
  ArrayContains: ([values, wanted]) => arrayContains(values!, wanted!),
  ArrayRange: ([first, last, step]) => arrayRange(first!, last!, step!),
  ArrayGetItem: ([values, index]) => arrayGetItem(values!, index!),
  ArrayLength: ([values]) => arrayLength(values!),
  ArrayUnique: ([values]) => arrayUnique(values!),
  Base64Encode: ([text]) => base64Encode(text!),
  Base64Decode: ([text]) => base64Decode(text!),
  Hash: ([data, algorithm]) => hash(data!, algorithm!),
  JsonMerge: ([left, right, deep]) => jsonMerge(left!, right!, deep!),
  MathRandom: ([from, to, seed], scope) => mathRandom(from!, to!, seed, () => scope.random()),
  MathAdd: ([left, right]) => mathAdd(left!, right!),
  StringSplit: ([text, splitter]) => stringSplit(text!, splitter!),
  UUID: (_, scope) => scope.uuid(),
};
