import type { Diagnostic, DiagnosticCode } from './diagnostic.js';

/** Collects what the checks find, in the order in which they look. */
export class Findings {
  readonly diagnostics: Diagnostic[] = [];

  error(code: DiagnosticCode, message: string, location: string): void {
    this.diagnostics.push({ severity: 'ERROR', code, message, location });
  }

  /** The code that most faults have. */
  schema(message: string, location: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location);
  }

  warning(code: DiagnosticCode, message: string, location: string): void {
    this.diagnostics.push({ severity: 'WARNING', code, message, location });
  }
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function has(fields: Fields, name: string): boolean {
  return Object.hasOwn(fields, name);
}
