import type { OrderRef } from '../domain/ledger-rows.js';
import type { Notice } from '../domain/notices.js';

export interface OutgoingMessage extends OrderRef {
  /** The same for every copy of one message: subscribers drop what they have seen. */
  readonly dedupeId: string;
  readonly userId: string | undefined;
  readonly notice: Notice;
}

/** Tells customers something. Both answer with the message's id and throw TransientDependencyError when it was perhaps not sent. */
export interface Messages {
  confirm(message: OutgoingMessage): Promise<string>;
  notify(message: OutgoingMessage): Promise<string>;
}
