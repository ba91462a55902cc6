/** Resolves after so many milliseconds, or when `signal` is aborted. */
export async function pauseFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { setTimeout } = await import('node:timers/promises');
  await setTimeout(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}
