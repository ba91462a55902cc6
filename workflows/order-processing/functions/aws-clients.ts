/** An SDK call: its own tries and waits fit well into the shortest function, whose deadline bounds them all. */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
} as const;

/** Keeps what `make` gives for the life of the process, as long as what it was made for stays the same. */
export function keptWhile<T>(madeFor: () => string, make: () => T): () => T {
  let kept: { readonly madeFor: string; readonly value: T } | undefined;
  return () => {
    const now = madeFor();
    if (kept?.madeFor !== now) kept = { madeFor: now, value: make() };
    return kept.value;
  };
}
