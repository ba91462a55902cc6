import { readFile } from 'node:fs/promises';
import { Failure } from '../cli/failure.js';

/** Placeholders of a Terraform template, in the place of a number and inside a text. */
const PLACEHOLDER = /\$\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}/g;

/**
 * The text of a definition file. One that is still a template is read with its placeholders: names stand for
 * themselves inside texts, and 1 stands where a number is wanted; neither changes the picture.
 *
 * @throws Failure (usage) for a file that cannot be read
 */
export async function readDefinitionFile(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message;
    throw new Failure('usage', `cannot read the definition ${file}: ${why}`, { cause: error });
  }
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|\$\{[^}]*\}/g, (part) =>
    part.startsWith('"') ? part.replaceAll(PLACEHOLDER, '$1') : '1',
  );
}
