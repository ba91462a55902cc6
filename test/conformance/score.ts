import { differences } from './compare.js';
import type { ChoiceCase, RecordedRun, Scenario } from './recording.js';
import type { Transport } from './transport.js';

/** A scenario and where its executions differ from the recording; nowhere when it passes. */
export interface Verdict {
  readonly scenario: Scenario;
  readonly differences: readonly string[];
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

/** Whether the scenario needs neither JSONata nor a distributed Map. */
export function isInlineJsonPath({ features }: Scenario): boolean {
  return !features.includes('jsonata') && !features.includes('DistributedMap');
}

/** `221 of 261 scenarios, 146 of 147 with JSONPath and inline Maps` */
export function scoreLine(verdicts: readonly Verdict[]): string {
  const passed = (some: readonly Verdict[]): number =>
    some.filter((verdict) => verdict.differences.length === 0).length;
  const inline = verdicts.filter(({ scenario }) => isInlineJsonPath(scenario));
  return (
    `${passed(verdicts)} of ${verdicts.length} scenarios, ` +
    `${passed(inline)} of ${inline.length} with JSONPath and inline Maps`
  );
}
