import type { Environment } from '../environment/environment.js';
import { sanitize } from '../cli/sanitize.js';
import { endedBadly } from '../execution/execution.js';
import type { Inspection } from '../execution/inspect-execution.js';
import type { FoundExecution } from '../execution/resolve-execution.js';
import type { Completeness } from '../logs/completeness.js';
import { levelSentence } from '../logs/express-log.js';
import { missingText } from './logs-report.js';
import { referenceOf } from './next-step.js';

/** Begins the first line, so that it stands in one column with those of a status. */
const HEAD = 'log      ';

/** How much of an Express execution its log tells: the verdict first, then what it means. */
export function completenessLines(completeness: Completeness): string[] {
  const { verdict, level, events, missing, end, truncated, executionData } = completeness;
  const lines = [`${HEAD}${VERDICTS[verdict]}: ${events} event${events === 1 ? '' : 's'} at level ${level}`];
  if (level !== 'ALL') lines.push(`  ${levelSentence(completeness)}; what is not there may have happened`);
  if (level !== 'ALL' && end)
    lines.push('  in which state it failed, and so what kind of failure it was, is only told as far as its lines go');
  const lost = missingText(verdict, missing);
  if (lost !== undefined) lines.push(`  ${lost}`);
  if (level === 'ALL' && !end) {
    lines.push(
      verdict === 'gaps'
        ? '  its end is not in the log, though no Express execution runs longer than five minutes'
        : '  it runs, or its last lines have not arrived yet: that takes some seconds',
    );
  }
  if (truncated.length > 0) {
    const shown = truncated.slice(0, 10).join(', ');
    lines.push(
      `  payloads above 248 KiB are cut in the log: event${truncated.length === 1 ? '' : 's'} ${shown}${truncated.length > 10 ? ' ...' : ''}`,
    );
  }
  if (!executionData) lines.push('  inputs and outputs are not logged');
  return lines;
}

const VERDICTS: Readonly<Record<Completeness['verdict'], string>> = {
  complete: 'complete',
  'still-arriving': 'still arriving',
  gaps: 'gaps',
  'not-logged': 'not logged at this level',
};

/** Other runs of the same name, as one line. */
export function otherRunsLine(otherRuns: readonly string[]): string {
  const shown = otherRuns.slice(0, 5).map((arn) => sanitize(arn));
  const more = otherRuns.length > 5 ? ` and ${otherRuns.length - 5} more` : '';
  return `this is the newest of ${otherRuns.length + 1} runs of this name; others: ${shown.join(', ')}${more}`;
}

/** What to do with an Express execution, which is neither redriven nor stopped. */
export function expressNextSteps(
  { here }: Pick<Environment, 'here'>,
  found: FoundExecution,
  inspection: Inspection,
): string[] {
  const { execution } = inspection;
  const name = referenceOf(found);
  if (execution.status === 'RUNNING') return [here(`orders status ${name} --wait`)];
  const shown = here(`orders history ${name}`);
  if (!endedBadly(execution.status)) return [shown];
  const again =
    inspection.history.failure?.class === 'business'
      ? `correct the order and start it again: ${here(`orders start --file FILE --attempt ${found.attempt + 1}`)}`
      : 'start the order again: its steps find what was done before (an Express execution is not redriven)';
  return [again, shown];
}
