export type LogFields = Readonly<Record<string, string | number | boolean | object | null | undefined>>;

/** The function's log. What is known of the invocation (order, execution, state, request) is added to every line; nothing personal may be said. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
