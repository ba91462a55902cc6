import { readFileSync } from 'node:fs';

/** The part of the recordings of AWS that the States Language tests look at; `provenance` in the file explains all of it. */
interface Recordings {
  readonly scenarios: readonly {
    readonly id: string;
    readonly category: string;
    readonly runs: readonly {
      readonly key: string;
      readonly definition: string;
      readonly input?: string;
      readonly updates?: readonly { readonly definition?: string }[];
      readonly expected: { readonly events?: readonly RecordedEvent[] };
    }[];
  }[];
  readonly choiceCases: readonly {
    readonly id: string;
    readonly definition: string;
    readonly input: string;
    readonly expectedOutput: { readonly 'TestResult.$': string };
  }[];
}

export interface RecordedEvent {
  readonly type: string;
  readonly stateExitedEventDetails?: { readonly name: string; readonly output?: unknown };
  readonly executionFailedEventDetails?: { readonly error?: string; readonly cause?: string };
  readonly executionSucceededEventDetails?: { readonly output?: unknown };
}

let read: Recordings | undefined;

export function recordings(): Recordings {
  read ??= JSON.parse(
    readFileSync(new URL('../conformance/recordings/aws-recorded-executions.json', import.meta.url), 'utf8'),
  ) as Recordings;
  return read;
}
