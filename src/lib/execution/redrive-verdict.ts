import { Failure } from '../cli/failure.js';
import type { Status } from './execution.js';

const DAY = 86_400_000;
/** AWS, "Restarting state machine executions with redrive": 14 days, and the history must leave room. */
export const REDRIVE_WINDOW = 14 * DAY;
const MOST_EVENTS = 24_999;

/** What is known of an execution before it is redriven. */
export interface RedriveFacts {
  readonly status: Status;
  readonly stopDate?: Date;
  /** As the service says, where it says anything. */
  readonly redriveStatus?: string;
  readonly redriveStatusReason?: string;
  readonly eventCount: number;
  /** The Fail state in which it ended, if it did. */
  readonly failState?: string;
  /** Whether the machine runs another definition by now; `undefined`: not known. */
  readonly definitionChanged?: boolean;
}

export interface RedriveVerdict {
  /** Whether the service will take it. */
  readonly eligible: boolean;
  /** Whether it can change the outcome. */
  readonly helps: boolean;
  /** Why not, one sentence in lower case. */
  readonly reason?: string;
  /** The last moment for it. */
  readonly until?: Date;
  /** What to know before doing it. */
  readonly warnings: readonly string[];
}

/**
 * Whether a redrive is possible, until when, and whether it is any use: an execution that ended in a Fail state is accepted and
 * fails again at once with the same error [recorded].
 *
 * @param now epoch milliseconds
 */
export function redriveVerdict(facts: RedriveFacts, now: number): RedriveVerdict {
  const refusal = refusalOf(facts, now);
  const until = facts.stopDate === undefined ? undefined : new Date(facts.stopDate.getTime() + REDRIVE_WINDOW);
  const warnings: string[] = [];
  if (facts.definitionChanged === true) {
    warnings.push(
      'the state machine has changed since: a redrive goes on with the definition this execution began with',
    );
  }
  if (refusal !== undefined) return { eligible: false, helps: false, reason: refusal, warnings };
  const window = until === undefined ? {} : { until };
  if (facts.failState !== undefined) {
    const reason = `it ended in the Fail state ${facts.failState}, and a redrive would only end there again`;
    return { eligible: true, helps: false, reason, ...window, warnings };
  }
  return { eligible: true, helps: true, ...window, warnings };
}

function refusalOf(facts: RedriveFacts, now: number): string | undefined {
  if (facts.status === 'RUNNING' || facts.status === 'PENDING_REDRIVE') return 'it is still running';
  if (facts.status === 'SUCCEEDED') return 'it succeeded';
  if (facts.stopDate !== undefined && now > facts.stopDate.getTime() + REDRIVE_WINDOW) {
    return `it ended on ${facts.stopDate.toISOString()}, and a redrive is possible for 14 days`;
  }
  if (facts.eventCount >= MOST_EVENTS)
    return `its history has ${facts.eventCount} events, and a redrive needs fewer than ${MOST_EVENTS}`;
  if (facts.redriveStatus === 'REDRIVABLE_BY_MAP_RUN')
    return 'it belongs to a Map Run: redrive the execution that started that run';
  // The service knows rules of its own, e.g. executions from before 15 November 2023.
  if (facts.redriveStatus === 'NOT_REDRIVABLE')
    return facts.redriveStatusReason ?? 'Step Functions says that it is not redrivable';
  return undefined;
}

/** @throws Failure (notRedrivable), with `next` as what to do in place of it */
export function assertRedrivable(
  verdict: RedriveVerdict,
  about: { readonly name: string; readonly force: boolean; readonly next: readonly string[] },
): void {
  if (!verdict.eligible)
    throw new Failure(
      'notRedrivable',
      `${about.name} cannot be redriven: ${verdict.reason ?? 'Step Functions refuses'}`,
    );
  if (verdict.helps || about.force) return;
  throw new Failure('notRedrivable', `a redrive of ${about.name} cannot help: ${verdict.reason ?? ''}`, {
    suggestions: [...about.next, '--force redrives it all the same'],
  });
}
