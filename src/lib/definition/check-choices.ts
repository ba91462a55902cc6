import { checkAssign, checkReferencePath, checkTemplate } from './check-expressions.js';
import { checkLanguage, isExpression } from './check-values.js';
import { has, isFields, type Fields, type Findings } from './findings.js';
import type { PlacedState } from './states.js';
import { parseTimestamp } from './timestamp.js';
import type { QueryLanguage } from './types.js';

const SELECTORS = ['And', 'Or', 'Not', 'Variable', 'Condition'];
const TOP_FIELDS = ['Next', 'Assign', 'Output'];
const OPERATOR =
  /^(?:(String|Numeric|Timestamp)(?:Equals|(?:LessThan|GreaterThan)(?:Equals)?)(Path)?|(Boolean)Equals(Path)?|(StringMatches)|(Is)(?:Null|Present|Numeric|String|Boolean|Timestamp))$/;

/** The rules of a Choice state. */
export function checkChoices({ state, location, queryLanguage }: PlacedState, findings: Findings): void {
  if (state.Type !== 'Choice') return;
  for (const [position, rule] of state.Choices.entries()) {
    const at = `${location}/Choices[${position}]`;
    const fields = rule as unknown as Fields;
    if (!has(fields, 'Next')) findings.schema('These fields are required: [Next]', at);
    checkAssign(fields.Assign, queryLanguage, `${at}/Assign`, findings);
    checkTemplate(fields.Output, queryLanguage, `${at}/Output`, findings);
    checkTest(fields, queryLanguage, true, at, findings);
  }
}

function checkTest(test: unknown, language: QueryLanguage, top: boolean, location: string, findings: Findings): void {
  if (!isFields(test)) return findings.schema('Expected value of type Object', location);
  checkLanguage(test, language, location, findings);
  const selectors = SELECTORS.filter((name) => has(test, name));
  if (selectors.length !== 1) {
    const list = SELECTORS.join(', ');
    return findings.schema(`The object must have only one of the following fields, [${list}]`, location);
  }
  const operators = Object.keys(test).filter((name) => OPERATOR.test(name));
  for (const field of Object.keys(test)) {
    const known = field === 'Comment' || SELECTORS.includes(field) || operators.includes(field);
    if (!known && !(top && TOP_FIELDS.includes(field))) {
      findings.schema(`Field '${field}' is not supported`, location);
    }
  }
  const selector = selectors[0]!;
  const value = test[selector];
  const at = `${location}/${selector}`;
  switch (selector) {
    case 'And':
    case 'Or':
      if (!Array.isArray(value)) return findings.schema('Expected value of type Array', at);
      if (value.length === 0) findings.schema('Value cannot be empty', at);
      for (const [position, part] of value.entries()) checkTest(part, language, false, `${at}[${position}]`, findings);
      return;
    case 'Not':
      return checkTest(value, language, false, at, findings);
    case 'Condition':
      if (language === 'JSONata' && typeof value !== 'boolean' && !isExpression(value)) {
        findings.schema('JSONata string must start with {% and end with %}', at);
      }
      return;
    default:
      checkReferencePath(value, at, findings);
      return checkOperator(test, operators, location, findings);
  }
}

function checkOperator(test: Fields, operators: readonly string[], location: string, findings: Findings): void {
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    const list =
      operators.length > 1 ? operators.join(', ') : 'StringEquals, NumericEquals, BooleanEquals, IsPresent, ...';
    return findings.schema(`There should only be one of the following fields: [${list}]`, location);
  }
  const found = OPERATOR.exec(operator)!;
  const at = `${location}/${operator}`;
  const value = test[operator];
  if (found[2] ?? found[4]) return checkReferencePath(value, at, findings);
  const expected = EXPECTED[found[1] ?? found[3] ?? found[5] ?? found[6]!]!;
  if (typeof value !== expected.type) {
    findings.schema(`Expected value of type ${expected.shown}`, at);
  } else if (found[1] === 'Timestamp' && parseTimestamp(value as string) === undefined) {
    findings.schema('String does not match RFC3339 timestamp', at);
  }
}

/** By the beginning of the operator's name: what stands beside it. */
const EXPECTED: Readonly<Record<string, { readonly type: string; readonly shown: string }>> = {
  String: { type: 'string', shown: 'String' },
  StringMatches: { type: 'string', shown: 'String' },
  Timestamp: { type: 'string', shown: 'String' },
  Numeric: { type: 'number', shown: 'Number' },
  Boolean: { type: 'boolean', shown: 'Boolean' },
  Is: { type: 'boolean', shown: 'Boolean' },
};
