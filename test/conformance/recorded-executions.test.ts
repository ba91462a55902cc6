import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { engineTransport } from './engine-transport.js';
import { isComplete, SUPERSEDED } from './expectations.js';
import { readRecording, type RecordedExecutions } from './recording.js';
import { isSuperseded, judgeAll, runChoiceCase, scoreLine, scoreOf, type Score } from './score.js';
import type { Transport } from './transport.js';
import { WireTransport } from './wire-transport.js';

const documented = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'conformance.md'), 'utf8');
const { scenarios, choiceCases } = readRecording<RecordedExecutions>('aws-recorded-executions.json');

/** As docs/conformance.md lists them. */
function figures({ complete, equal, superseded, incomplete, incompleteEqual }: Score): string {
  return [`${equal} of ${complete}`, `${superseded}`, `${incompleteEqual} of ${incomplete}`, '288 of 288'].join(' | ');
}

const wire = await WireTransport.open();
afterAll(() => wire.close());

/** Timeouts that are recorded are waited for on the wire, so several scenarios go at once. */
const TRANSPORTS: readonly { readonly transport: Transport; readonly atOnce: number }[] = [
  { transport: engineTransport, atOnce: 1 },
  { transport: wire, atOnce: 8 },
];
const EXPECTED: Score = { complete: 248, equal: 235, superseded: 13, incomplete: 13, incompleteEqual: 1 };

describe.each(TRANSPORTS)('recorded executions through the $transport.name', ({ transport, atOnce }) => {
  test('agree with AWS, but for the scenarios that are listed with a reason', { timeout: 60_000 }, async () => {
    const verdicts = await judgeAll(transport, scenarios, atOnce);
    const score = scoreOf(verdicts);
    console.log(`conformance (${transport.name}): ${scoreLine(score)}`);
    const failing = verdicts.filter((verdict) => verdict.differences.length > 0);
    const unexpected = failing.filter((verdict) => isComplete(verdict.scenario) && !isSuperseded(verdict));
    expect(
      Object.fromEntries(unexpected.map(({ scenario, differences }) => [scenario.id, differences.slice(0, 3)])),
    ).toEqual({});

    const failingIds = new Set(failing.map(({ scenario }) => scenario.id));
    const passesNow = Object.keys(SUPERSEDED).filter((id) => !failingIds.has(id));
    expect(passesNow, 'these pass (or are gone): take them off the list').toEqual([]);
    expect(score).toEqual(EXPECTED);
    expect(documented, 'docs/conformance.md has this line').toContain(`| ${transport.name} | ${figures(score)} |`);
  });

  test('Choice cases', { timeout: 60_000 }, async () => {
    const differing: string[] = [];
    for (const choiceCase of choiceCases) {
      const output = await runChoiceCase(transport, choiceCase);
      const actual = output === undefined ? undefined : (JSON.parse(output) as unknown);
      if (JSON.stringify(actual) !== JSON.stringify(choiceCase.expectedOutput)) differing.push(choiceCase.id);
    }
    console.log(
      `conformance (${transport.name}): ${choiceCases.length - differing.length} of ${choiceCases.length} Choice cases`,
    );
    expect(differing).toEqual([]);
  });
});
