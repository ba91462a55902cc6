import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Json, MachineType } from '../../src/lib/engine/protocol.js';

/** How the recorder changed an answer before storing it: `regex` rewrites texts, `jsonpath` marks a member as a wildcard. */
export type Transformer = readonly [kind: string, pattern?: string, replacement?: string, isReference?: boolean];

/** One execution of a scenario, as it was recorded. */
export interface RecordedRun {
  readonly key: string;
  readonly kind: 'history' | 'sync';
  readonly execution: string;
  readonly machine: string;
  readonly type: MachineType;
  readonly definition: string;
  readonly input: string | null;
  readonly expected: RecordedAnswer;
}

export interface RecordedAnswer {
  readonly events?: readonly RecordedEvent[];
  readonly [member: string]: unknown;
}

export interface RecordedEvent {
  /** `[0]` inside a Parallel. */
  readonly id: number | readonly number[];
  readonly previousEventId: number;
  readonly type: string;
  readonly [member: string]: unknown;
}

export interface Scenario {
  readonly id: string;
  readonly features: readonly string[];
  /** Function name to behaviour, see functions.ts. */
  readonly lambdas: Readonly<Record<string, string>>;
  readonly transformers: readonly Transformer[];
  readonly runs: readonly RecordedRun[];
}

export interface ChoiceCase {
  readonly id: string;
  readonly definition: string;
  readonly input: string;
  readonly expectedOutput: Json;
}

export interface RecordedExecutions {
  readonly scenarios: readonly Scenario[];
  readonly choiceCases: readonly ChoiceCase[];
}

export interface RedriveEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly type: string;
  readonly detail?: string;
}

export interface RecordedRedrives {
  readonly histories: Readonly<Record<string, readonly RedriveEvent[]>>;
}

export function readRecording<T>(file: string): T {
  return JSON.parse(readFileSync(path.join(import.meta.dirname, 'recordings', file), 'utf8')) as T;
}
