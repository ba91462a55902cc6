/** Where a number of an estimate is from. */
export type Origin =
  /** By a flag. */
  | 'given'
  /** Nobody said: a default. */
  | 'assumed'
  /** Counted in the definition. */
  | 'definition'
  /** Counted in executions. */
  | 'measured'
  /** By the service's own billing details. */
  | 'billed'
  /** By AWS's formula for the memory of Express executions. */
  | 'formula';

/** One number that an estimate stands on, and how to change it. */
export interface Basis {
  readonly name: BasisName;
  /** With its unit where it has one: "2s", "64MB". */
  readonly value: string;
  readonly origin: Origin;
  /** Without its dashes. */
  readonly flag: string;
}

export type BasisName =
  | 'executions'
  | 'region'
  | 'transitions'
  | 'items'
  | 'duration'
  | 'memory'
  | 'payload'
  | 'countStart'
  | 'freeTier'
  | 'alreadyUsed'
  | 'logs'
  | 'childDuration'
  | 'nested'
  | 'functionCalls'
  | 'functionDuration'
  | 'functionMemory'
  | 'architecture'
  | 'functionLogs'
  | 'dynamodbWrites'
  | 'dynamodbReads'
  | 'snsPublishes'
  | 'traced';
