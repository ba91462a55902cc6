import type { ExecutionSetup } from '../../src/lib/engine/protocol.js';
import { VirtualDriver, type Answerer } from './virtual-driver.js';

/** Runs an execution until it rests. */
export async function play(setup: ExecutionSetup, answer: Answerer): Promise<VirtualDriver> {
  const driver = new VirtualDriver(setup, { answer }).start();
  return driver.drive();
}

/** `7 <- 6 TaskFailed`, an event a line, from an id on. */
export function outline(driver: VirtualDriver, from = 1): string[] {
  return driver.records
    .filter(({ event }) => event.id >= from)
    .map(({ event }) => `${event.id} <- ${event.previousEventId} ${event.type}`);
}
