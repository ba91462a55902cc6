import type { Datum } from './datum.js';
import type { Json } from './protocol.js';

/** What a distributed Map's fields came to when it started. */
export interface MapRunSettings {
  readonly toleratedCount?: number;
  /** 0 to 100. */
  readonly toleratedPercentage?: number;
  readonly reader?: { readonly resource: string; readonly parameters: Json; readonly config: Json };
  /** As given, which may be a refused value; 0 is no limit. */
  readonly maxItems?: number;
  readonly batch?: { readonly items: number; readonly bytes: number; readonly input?: Json };
  readonly writer?: { readonly resource: string; readonly parameters: Json; readonly config: Json };
}

/** What a Group is besides when its children are executions of their own. */
export interface MapRun {
  arn: string;
  /** MapRunStarted, or the latest MapRunRedriven. */
  startedId: number;
  settings: MapRunSettings;
  /** Not yet succeeded, failed or aborted. */
  open: boolean;
  redriveCount: number;
  /** Items whose executions did not succeed. */
  failedItems: number;
  /** Where each batch begins in the items; absent: an item a child. */
  batches?: readonly number[];
  /** What all children made, once they have. */
  result?: Datum;
}
