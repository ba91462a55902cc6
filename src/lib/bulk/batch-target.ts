import { Failure } from '../cli/failure.js';
import { looksLikeArn, parseExecutionArn } from '../aws/arn.js';
import { parseSince } from '../execution/duration.js';
import type { ListedStatus } from '../execution/list-executions.js';
import type { Selection } from './selection.js';

/** Flags and arguments that say which executions are meant, as they were typed. */
export interface TargetWords {
  readonly names: readonly string[];
  readonly fromFile?: string | undefined;
  readonly status?: readonly ListedStatus[] | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly error?: string | undefined;
  readonly state?: string | undefined;
  readonly attempt?: number | undefined;
  readonly resume?: boolean | undefined;
}

/** `one`: a single execution, by its id or ARN. */
export type BatchTargetKind =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly fromFile?: string | undefined }
  | { readonly kind: 'selection'; readonly selection: Selection }
  | { readonly kind: 'resume' };

/**
 * @param statuses what a selection means that names no status
 * @param now epoch milliseconds
 * @throws Failure (usage) for no target, for two, and for what does not go together
 */
export function batchTarget(words: TargetWords, statuses: readonly ListedStatus[], now: number): BatchTargetKind {
  const { names, fromFile, attempt } = words;
  const selects = [words.status, words.since, words.until, words.error, words.state].some((flag) => flag !== undefined);
  const kinds = [
    ...(names.length > 0 || fromFile !== undefined ? ['names'] : []),
    ...(selects ? ['a selection'] : []),
    ...(words.resume === true ? ['--resume'] : []),
  ];
  if (kinds.length > 1) throw new Failure('usage', `${kinds.join(' and ')} exclude each other`);
  if (kinds.length === 0) {
    throw new Failure('usage', 'it is not said which executions are meant', {
      suggestions: [
        'name orders or ARNs, give them with --from-file, or select with --status, --since, --error, --state',
      ],
    });
  }
  const [name] = names;
  const isOne = names.length === 1 && fromFile === undefined && name !== undefined;
  if (attempt !== undefined && !isOne) throw new Failure('usage', `--attempt ${attempt} goes with one order only`);
  if (words.resume === true) return { kind: 'resume' };
  if (isOne) return { kind: 'one', name };
  if (!selects) {
    // On a command line a wrong ARN is a slip, and nothing is done; in a file it is one line of many.
    const wrong = names.find((each) => looksLikeArn(each) && parseExecutionArn(each) === undefined);
    if (wrong !== undefined) throw new Failure('usage', `not the ARN of an execution: ${wrong}`);
    return { kind: 'names', names, fromFile };
  }
  return { kind: 'selection', selection: selectionOf(words, statuses, now) };
}

/** @throws Failure (usage) for times that cannot be read, or that leave nothing between them */
export function selectionOf(
  { status, since, until, error, state }: Omit<TargetWords, 'names'>,
  statuses: readonly ListedStatus[],
  now: number,
): Selection {
  const times = {
    ...(since === undefined ? {} : { since: parseSince(since, now) }),
    ...(until === undefined ? {} : { until: parseSince(until, now) }),
  };
  if (times.since !== undefined && times.until !== undefined && times.since >= times.until) {
    throw new Failure('usage', `nothing is since ${since ?? ''} and before ${until ?? ''}`);
  }
  return {
    statuses: status === undefined || status.length === 0 ? statuses : status,
    ...times,
    ...(error === undefined ? {} : { error }),
    ...(state === undefined ? {} : { state }),
  };
}
