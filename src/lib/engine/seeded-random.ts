/**
 * One draw of mulberry32, 0 <= x < 1: what the random functions give for a seed. AWS promises the same number for the same
 * seed and does not say which, so neither number is AWS's.
 */
export function seededRandom(seed: number): number {
  let state = (seed + 0x6d2b79f5) | 0;
  state = Math.imul(state ^ (state >>> 15), state | 1);
  state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
  return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
}
