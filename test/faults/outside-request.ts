import type { WireRequest, WireResponse } from '../../src/lib/local/ports.js';

export type ServiceName = 'dynamodb' | 'sns' | 'sqs' | 'secretsmanager' | 'stripe';

/** One request to a service on its way out of a function. */
export interface OutsideRequest {
  readonly service: ServiceName;
  /** E.g. `TransactWriteItems`, `POST /v1/refunds`. */
  readonly operation: string;
  readonly wire: WireRequest;
  /** Resolves when whoever made it waits for the answer no longer. */
  readonly abandoned?: Promise<void>;
}

/** Who carries requests out: by the mark that a call's requests bear. */
export type Carrier = (mark: object | string | undefined, request: OutsideRequest) => Promise<WireResponse>;
