import { createHash } from 'node:crypto';
import type { MessageAttribute } from './queue-store.js';

/** What the SDK compares with its own digest of the body it sent or got. */
export function bodyDigest(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * MD5 over the attributes in name order: each name, type and value with its length before it in four bytes, and one byte
 * that says text (1) or binary (2). Source: SQS developer guide, "Calculating the MD5 message digest for message attributes".
 */
export function attributesDigest(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const sized = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    const binary = attribute.BinaryValue;
    sized(Buffer.from(name));
    sized(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([binary === undefined ? 1 : 2]));
    sized(binary === undefined ? Buffer.from(attribute.StringValue ?? '') : Buffer.from(binary, 'base64'));
  }
  return hash.digest('hex');
}
