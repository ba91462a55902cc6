import type { ExecutionStatus, HistoryEvent, Instant } from '../engine/protocol.js';
import type { WireRequest, WireResponse } from './ports.js';

/** Makes a state's task fail before its service is called. */
export interface Injection {
  readonly stateName: string;
  /** Error name; the cause is `injected fault`. */
  readonly error: string;
  readonly times: number;
}

export interface DriveOptions {
  /** `end` (default): until the execution ends. `idle`: also when it only waits, for more than 2 seconds or for a callback. */
  readonly until?: 'end' | 'idle';
  /** Aborted: stop driving and let go; the execution stays RUNNING. */
  readonly signal?: AbortSignal;
  /** Each batch of events that was added since the call began, in order. */
  onRecords?(events: readonly HistoryEvent[]): void;
}

export type DriveOutcome =
  | { readonly kind: 'ended'; readonly status: Exclude<ExecutionStatus, 'RUNNING'> }
  /** `until`: when it has to be driven on; absent when it waits for a callback. */
  | { readonly kind: 'idle'; readonly until?: Instant }
  | { readonly kind: 'interrupted' };

export interface DriverInfo {
  readonly pid: number;
  readonly alive: boolean;
  /** When it took the lease. */
  readonly since: Instant;
}

/** A DynamoDB item in plain JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** What the local environment holds, of one order or of all. */
export interface LocalSnapshot {
  readonly orders: readonly Row[];
  readonly payments: readonly Row[];
  readonly reservations: readonly Row[];
  readonly inventory: readonly Row[];
  /** Published to the topics, oldest first. */
  readonly messages: readonly Row[];
  /** Waiting in the queue. */
  readonly queued: readonly Row[];
  /** PaymentIntents at the fake of Stripe, with how often and how much was authorised, captured and refunded. */
  readonly paymentIntents: readonly Row[];
  /** Executions by status. */
  readonly executions: Readonly<Partial<Record<ExecutionStatus, number>>>;
}

export interface LocalEnvironment {
  /** Where everything is kept. */
  readonly folder: string;
  /** The built-in order workflow. */
  readonly stateMachineArn: string;
  /** One request to any service. @throws Failure (localStore) */
  handle(request: WireRequest): Promise<WireResponse>;
  /** To be called before StartExecution or RedriveExecution of that execution name; kept until then. */
  prepare(name: string, options: { injections?: readonly Injection[]; fastForward?: boolean }): void;
  /**
   * Takes the lease and drives; while another live process drives, follows what it does and takes over when it is gone.
   * @throws Failure (notFound) for an unknown execution, (localStore) for trouble with the disk.
   */
  drive(executionArn: string, options?: DriveOptions): Promise<DriveOutcome>;
  /** Drives every execution on that has nobody, until it ends or waits. */
  adopt(): Promise<void>;
  driverOf(executionArn: string): DriverInfo | undefined;
  /** @param orderId only this order's rows, of all its attempts. */
  snapshot(orderId?: string): Promise<LocalSnapshot>;
  /**
   * Serves all services on loopback and drives whatever is started or abandoned, until closed.
   * @param port 0 for any free one. @throws Failure (usage) when the port is taken.
   */
  serve(port: number): Promise<{ readonly port: number; close(): Promise<void> }>;
  /** Removes all that is kept. @throws Failure (conflict) while another live process drives an execution. */
  reset(): Promise<void>;
  /** Lets go of leases, workers, sockets and the store. Safe to call twice. */
  close(): Promise<void>;
}
