import type { StoredMachine } from '../store/state-machine-store.js';

/** What requests call the revision a machine was created with; in answers it has no id. */
export const INITIAL_REVISION_ID = 'INITIAL';

/** The revision's id as it is shown. */
export function shownRevisionId({ revisionId }: StoredMachine): string | undefined {
  return revisionId === INITIAL_REVISION_ID ? undefined : revisionId;
}
