import { describe, expect, test } from 'vitest';
import { engineTransport } from './engine-transport.js';
import { NOT_YET } from './expectations.js';
import { readRecording, type RecordedExecutions } from './recording.js';
import { judge, runChoiceCase, scoreLine } from './score.js';

const { scenarios, choiceCases } = readRecording<RecordedExecutions>('aws-recorded-executions.json');

// Another way to run a scenario, such as an endpoint on the wire, is one more entry here.
describe.each([engineTransport])('recorded executions through the $name', (transport) => {
  test('agree with AWS, but for the scenarios that are listed with a reason', async () => {
    const verdicts = [];
    for (const scenario of scenarios) {
      verdicts.push(await judge(transport, scenario));
    }
    console.log(`conformance (${transport.name}): ${scoreLine(verdicts)}`);
    const failing = verdicts.filter((verdict) => verdict.differences.length > 0);
    const unexpected = failing.filter(({ scenario }) => !(scenario.id in NOT_YET));
    expect(
      Object.fromEntries(unexpected.map(({ scenario, differences }) => [scenario.id, differences.slice(0, 3)])),
    ).toEqual({});

    const failingIds = new Set(failing.map(({ scenario }) => scenario.id));
    const passesNow = Object.keys(NOT_YET).filter((id) => !failingIds.has(id));
    expect(passesNow, 'these pass (or are gone): take them off the list').toEqual([]);
  });

  test.each(choiceCases)('Choice case $id', async (choiceCase) => {
    const output = await runChoiceCase(transport, choiceCase);
    expect(output === undefined ? undefined : (JSON.parse(output) as unknown)).toEqual(choiceCase.expectedOutput);
  });
});
