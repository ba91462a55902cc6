import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../src/lib/engine/protocol.js';
import { drive, HORIZON } from './engine-transport.js';
import { readRecording, type RecordedExecutions } from './recording.js';

const { scenarios } = readRecording<RecordedExecutions>('aws-recorded-executions.json');

test('every recorded execution, restored after any of its steps, makes the same history', async () => {
  for (const scenario of scenarios) {
    for (const run of scenario.runs) {
      const driver = await drive(scenario, run);
      const whole = driver.records.map(asStored);
      for (const cut of driver.cuts) {
        const restored = await driver.restoredAt(cut).drive(HORIZON);
        expect(restored.records.map(asStored), `${scenario.id}, cut after ${cut.records} records`).toEqual(whole);
      }
    }
  }
});

function asStored(record: HistoryRecord): string {
  return JSON.stringify(record);
}
