import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { jsonText } from '../cli/json-text.js';

/**
 * Writes `{...head, [member]: [...]}` element by element and waits for a slow reader. Nothing is written before the first element
 * is there, so that an error at the start leaves room for an error document. `tail`: members that are known at the end only, at
 * least one.
 */
export async function writeJsonStream<T>(
  stream: Writable,
  head: object,
  member: string,
  elements: AsyncIterable<T>,
  shown: (element: T) => unknown,
  tail?: () => object,
): Promise<void> {
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  const opening = `${jsonText(head).slice(0, -1)},${jsonText(member)}:[`;
  let first = true;
  for await (const element of elements) {
    await write(`${first ? opening : ','}\n${jsonText(shown(element))}`);
    first = false;
  }
  const end = tail === undefined ? '}' : `,${jsonText(tail()).slice(1)}`;
  await write(first ? `${opening}]${end}\n` : `\n]${end}\n`);
}
