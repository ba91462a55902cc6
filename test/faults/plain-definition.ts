/** A definition as plain JSON, to be changed before it is read. */
export interface Definition {
  States: Record<string, DefinitionState>;
  [field: string]: unknown;
}

export interface DefinitionState {
  Type: string;
  Next?: string;
  Catch?: { ErrorEquals: string[]; ResultPath?: string; Next: string }[];
  Branches?: Definition[];
  [field: string]: unknown;
}
