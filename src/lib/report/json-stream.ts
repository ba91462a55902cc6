import { once } from 'node:events';
import type { Writable } from 'node:stream';

/**
 * Writes `{...head, [member]: [...]}` element by element and waits for a slow reader. Nothing is written before the first element
 * is there, so that an error at the start leaves room for an error document.
 */
export async function writeJsonStream<T>(
  stream: Writable,
  head: object,
  member: string,
  elements: AsyncIterable<T>,
  shown: (element: T) => unknown,
): Promise<void> {
  const write = async (text: string): Promise<void> => {
    if (!stream.write(text)) await once(stream, 'drain');
  };
  const opening = `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(member)}:[`;
  let first = true;
  for await (const element of elements) {
    await write(`${first ? opening : ','}\n${JSON.stringify(shown(element))}`);
    first = false;
  }
  await write(first ? `${opening}]}\n` : '\n]}\n');
}
