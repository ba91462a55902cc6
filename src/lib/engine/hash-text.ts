import { createHash } from 'node:crypto';
import type { Json } from './protocol.js';

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

export const HASH_ALGORITHMS: readonly string[] = Object.keys(ALGORITHMS);

/**
 * The hash in lower-case hexadecimal; what is no text is hashed as its JSON text. The algorithm is named as Step Functions
 * does, in upper case; undefined for any other.
 */
export function hashText(data: Json, algorithm: string): string | undefined {
  if (!Object.hasOwn(ALGORITHMS, algorithm)) return undefined;
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return createHash(ALGORITHMS[algorithm]!).update(text, 'utf8').digest('hex');
}
