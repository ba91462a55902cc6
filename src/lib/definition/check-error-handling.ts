import { checkAssign, checkReferencePath, checkTemplate } from './check-expressions.js';
import { has, type Fields, type Findings } from './findings.js';
import { checkLanguage, checkNumber } from './check-values.js';
import type { PlacedState } from './states.js';

const RETRIER_FIELDS: ReadonlySet<string> = new Set([
  'Comment',
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
]);

const CATCHER_FIELDS: ReadonlySet<string> = new Set([
  'Comment',
  'ErrorEquals',
  'Next',
  'ResultPath',
  'Assign',
  'Output',
]);

/** Retriers and catchers: their fields and bounds; States.ALL alone and last. */
export function checkErrorHandling({ state, location, queryLanguage }: PlacedState, findings: Findings): void {
  const { Retry: retriers = [], Catch: catchers = [] } = state as {
    Retry?: readonly Fields[];
    Catch?: readonly Fields[];
  };
  for (const [position, retrier] of retriers.entries()) {
    const at = `${location}/Retry[${position}]`;
    checkHandler(retrier, RETRIER_FIELDS, position === retriers.length - 1, at, findings);
    checkNumber(retrier, 'IntervalSeconds', { least: 0, most: 99_999_999 }, at, findings);
    checkNumber(retrier, 'MaxAttempts', { least: 0, most: 99_999_999 }, at, findings);
    checkNumber(retrier, 'BackoffRate', { least: 1, fraction: true }, at, findings);
    checkNumber(retrier, 'MaxDelaySeconds', { least: 1, most: 31_622_400 }, at, findings);
    const jitter = retrier.JitterStrategy;
    if (jitter !== undefined && jitter !== 'NONE' && jitter !== 'FULL') {
      findings.schema('Value should be one of the following: [NONE, FULL]', `${at}/JitterStrategy`);
    }
  }
  for (const [position, catcher] of catchers.entries()) {
    const at = `${location}/Catch[${position}]`;
    checkHandler(catcher, CATCHER_FIELDS, position === catchers.length - 1, at, findings);
    if (!has(catcher, 'Next')) findings.schema('These fields are required: [Next]', at);
    checkLanguage(catcher, queryLanguage, at, findings);
    checkReferencePath(catcher.ResultPath, `${at}/ResultPath`, findings, 'or null');
    checkAssign(catcher.Assign, queryLanguage, `${at}/Assign`, findings);
    checkTemplate(catcher.Output, queryLanguage, `${at}/Output`, findings);
  }
}

function checkHandler(
  handler: Fields,
  known: ReadonlySet<string>,
  last: boolean,
  location: string,
  findings: Findings,
): void {
  for (const field of Object.keys(handler)) {
    if (!known.has(field)) findings.schema(`Field '${field}' is not supported`, location);
  }
  const errors = handler.ErrorEquals as readonly string[];
  if (errors.length === 0) findings.schema('Value cannot be empty', `${location}/ErrorEquals`);
  if (errors.includes('States.ALL') && (errors.length > 1 || !last)) {
    findings.schema('States.ALL must appear alone and at end of list', `${location}/ErrorEquals`);
  }
}
