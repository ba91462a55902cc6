/** The one document of a command under --json: indented for people who look at it, never coloured. */
export function writeJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}
