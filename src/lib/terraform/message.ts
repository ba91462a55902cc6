/**
 * Lines of Terraform's machine-readable output, as far as they are looked at; unknown members and types are ignored.
 * https://developer.hashicorp.com/terraform/internals/machine-readable-ui
 */
export interface UiMessage {
  readonly type: string;
  readonly '@level'?: string;
  readonly '@message'?: string;
  readonly diagnostic?: Diagnostic;
  readonly hook?: Hook;
  readonly change?: { readonly resource?: { readonly addr?: string }; readonly action?: string };
  readonly ui?: string;
}

export interface Hook {
  readonly resource?: { readonly addr?: string };
  readonly action?: string;
  readonly elapsed_seconds?: number;
}

export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** The resource it is about. */
  readonly address?: string;
  readonly range?: { readonly filename: string; readonly start: { readonly line: number } };
}

/** @returns undefined for a line that is no message: warnings about its own configuration go to stdout as prose. */
export function parseMessage(line: string): UiMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = JSON.parse(line) as Partial<UiMessage>;
    return typeof message.type === 'string' ? (message as UiMessage) : undefined;
  } catch {
    return undefined;
  }
}
