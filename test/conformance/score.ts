import { differences } from './compare.js';
import { isComplete, SUPERSEDED } from './expectations.js';
import type { ChoiceCase, RecordedRun, Scenario } from './recording.js';
import type { Transport } from './transport.js';

/** A scenario and where its executions differ from the recording; nowhere when it passes. */
export interface Verdict {
  readonly scenario: Scenario;
  readonly differences: readonly string[];
}

/** Of the scenarios whose inputs are complete, and of the others. */
export interface Score {
  readonly complete: number;
  readonly equal: number;
  /** Not equal, but only where AWS itself has answered otherwise since. */
  readonly superseded: number;
  readonly incomplete: number;
  readonly incompleteEqual: number;
}

/** Runs a scenario's executions one after the other; a thrown error is a difference. */
export async function judge(transport: Transport, scenario: Scenario): Promise<Verdict> {
  const found: string[] = [];
  for (const run of scenario.runs) {
    try {
      found.push(...differences(run.expected, await transport.run(scenario, run), scenario.transformers));
    } catch (error) {
      found.push(String(error));
    }
  }
  return { scenario, differences: found };
}

/** All scenarios, so many at once, in their order. */
export async function judgeAll(
  transport: Transport,
  scenarios: readonly Scenario[],
  atOnce: number,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const waiting = scenarios.map((scenario, index) => ({ scenario, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      verdicts[next.index] = await judge(transport, next.scenario);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return verdicts;
}

/** The output of a Choice case's execution, as JSON text; undefined when it has none. */
export async function runChoiceCase(
  transport: Transport,
  { id, definition, input }: ChoiceCase,
): Promise<string | undefined> {
  const run: RecordedRun = {
    key: id,
    kind: 'sync',
    execution: 'run',
    machine: 'machine',
    type: 'STANDARD',
    definition,
    input,
    expected: {},
  };
  const answer = await transport.run({ id, features: [], lambdas: {}, transformers: [], runs: [run] }, run);
  return answer['output'] as string | undefined;
}

/** Whether a scenario differs, and only as expectations.ts allows it to. */
export function isSuperseded({ scenario, differences: found }: Verdict): boolean {
  const allowed = SUPERSEDED[scenario.id];
  return allowed !== undefined && found.length > 0 && found.every((difference) => allowed.difference.test(difference));
}

export function scoreOf(verdicts: readonly Verdict[]): Score {
  const complete = verdicts.filter(({ scenario }) => isComplete(scenario));
  const incomplete = verdicts.filter(({ scenario }) => !isComplete(scenario));
  const equal = (some: readonly Verdict[]): number => some.filter((verdict) => verdict.differences.length === 0).length;
  return {
    complete: complete.length,
    equal: equal(complete),
    superseded: complete.filter(isSuperseded).length,
    incomplete: incomplete.length,
    incompleteEqual: equal(incomplete),
  };
}

export function scoreLine({ complete, equal, superseded, incomplete, incompleteEqual }: Score): string {
  const share = ((100 * equal) / complete).toFixed(1);
  return (
    `${equal} of ${complete} complete scenarios equal in every field (${share} %), ` +
    `${superseded} more but for a field that AWS has changed since its recording; ` +
    `apart: ${incompleteEqual} of ${incomplete} whose inputs are not in the data`
  );
}
