import { jsonText } from './json-text.js';

/** The one document of a command under --json: indented for people who look at it, never coloured. */
export function writeJson(document: unknown): void {
  process.stdout.write(`${jsonText(document, 2)}\n`);
}
