import type { ChoiceRule, ChoiceTest } from '../../definition/types.js';
import type { Scope } from '../templates/scope.js';
import { holdsComparison } from './comparison.js';

/**
 * The first rule of a JSONPath Choice state that holds.
 * JSONata rules (`Condition`) are not decided here: they need the asynchronous evaluator.
 * @throws LanguageError States.Runtime when a rule's path leads nowhere, except where IsPresent asks for that.
 */
export function choose(rules: readonly ChoiceRule[], scope: Scope): ChoiceRule | undefined {
  return rules.find((rule) => !('Condition' in rule) && holds(rule, scope));
}

function holds(test: ChoiceTest, scope: Scope): boolean {
  if ('And' in test) return test.And.every((part) => holds(part, scope));
  if ('Or' in test) return test.Or.some((part) => holds(part, scope));
  if ('Not' in test) return !holds(test.Not, scope);
  return holdsComparison(test, scope);
}
