/**
 * Back pressure for what functions write.
 *
 * A message that a worker has posted reaches the host even when the worker loops, exits or runs out of memory afterwards,
 * so posting loses nothing. But a loop that prints would fill the host's memory: the worker therefore counts the bytes
 * it has under way in shared memory and sleeps while there are too many.
 */
const WINDOW_BYTES = 1024 * 1024;
/** A sleeper looks again now and then, so that a lost wake-up is a delay and not a stall. */
const LOOK_AGAIN_MS = 100;

export function createOutputWindow(): SharedArrayBuffer {
  return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
}

/** Worker side, before posting: waits until there is room. */
export function claimOutput(window: SharedArrayBuffer, bytes: number): void {
  const underWay = new Int32Array(window);
  for (let seen = Atomics.load(underWay, 0); seen > WINDOW_BYTES; seen = Atomics.load(underWay, 0)) {
    Atomics.wait(underWay, 0, seen, LOOK_AGAIN_MS);
  }
  Atomics.add(underWay, 0, bytes);
}

/** Host side, after taking a message. */
export function releaseOutput(window: SharedArrayBuffer, bytes: number): void {
  const underWay = new Int32Array(window);
  Atomics.sub(underWay, 0, bytes);
  Atomics.notify(underWay, 0);
}
