import { states } from '../definition/states.js';
import type { StateMachine } from '../definition/types.js';

/** What AWS's formula adds up. */
export interface MemoryParts {
  /** UTF-8 bytes. */
  readonly definitionBytes: number;
  /** Map and Parallel states, those inside others included. */
  readonly steps: number;
  /** Bytes of data that such a step holds. */
  readonly payloadBytes: number;
}

const MB = 1_048_576n;
const BASE = 50n * MB;

export function memoryParts(machine: StateMachine, text: string, payloadBytes: number): MemoryParts {
  const steps = [...states(machine)].filter(({ state }) => state.Type === 'Map' || state.Type === 'Parallel').length;
  return { definitionBytes: Buffer.byteLength(text, 'utf8'), steps, payloadBytes };
}

/**
 * Memory of an Express execution in MB, rounded up: 50 MB, the definition, and the data once for each Map and Parallel
 * step (aws.amazon.com/step-functions/pricing, "Express Workflows"). The service then bills it in steps of 64 MB.
 */
export function expressMemory({ definitionBytes, steps, payloadBytes }: MemoryParts): bigint {
  const bytes = BASE + BigInt(definitionBytes) + BigInt(payloadBytes) * BigInt(steps);
  return (bytes + MB - 1n) / MB;
}
