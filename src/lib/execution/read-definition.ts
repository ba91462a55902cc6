import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../cli/failure.js';
import { fillPlaceholders } from '../definition/fill-placeholders.js';
import { renderTemplate } from '../definition/template.js';
import type { Environment } from '../environment/environment.js';
import { machineOf } from '../environment/environment.js';

export type MachineType = 'STANDARD' | 'EXPRESS';

/** A definition to look at, and what is known about it. */
export interface FoundDefinition {
  /** A file's name, or the machine's ARN. */
  readonly source: string;
  readonly text: string;
  readonly type: MachineType;
  /** Names in the text that are filled only when it is deployed. */
  readonly placeholders: readonly string[];
}

/** AWS takes definitions up to 1 MiB; what is much larger is not one. */
const MOST_BYTES = 4 * 1_048_576;

/**
 * A definition from a file, `-` for standard input. A template is filled: with the numbers of a workflow.json beside it where
 * there is one, else with what makes it checkable.
 *
 * @throws Failure (usage) for what cannot be read
 */
export function definitionFromFile(file: string, type: MachineType): FoundDefinition {
  const text = readText(file);
  const { text: filled, placeholders } = fillPlaceholders(withNumbers(text, file, type));
  return { source: file, text: filled, type, placeholders };
}

/** The definition of the environment's machine, as it stands. */
export async function definitionOfMachine(environment: Environment): Promise<FoundDefinition> {
  const stateMachineArn = machineOf(environment);
  const machine = await (await environment.clients.sfn()).describeStateMachine({ stateMachineArn });
  const type = machine.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  return { source: stateMachineArn, text: machine.definition ?? '', type, placeholders: [] };
}

function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const said = code === 'ENOENT' ? 'there is no file' : code === 'EISDIR' ? 'this is a folder:' : 'cannot read';
    throw new Failure('usage', `${said} ${file}`, { cause: error });
  }
  if (bytes.length > MOST_BYTES)
    throw new Failure('usage', `${file} has ${bytes.length} bytes, a definition has at most 1,048,576`);
  const text = bytes.toString('utf8').replace(/^\uFEFF/u, '');
  if (text.trim() === '') throw new Failure('usage', `${file === '-' ? 'standard input' : file} is empty`);
  return text;
}

/** The workflow's own template has numbers by type in workflow.json; what else it leaves open stays as it is. */
function withNumbers(text: string, file: string, type: MachineType): string {
  if (file === '-' || !text.includes('${')) return text;
  let numbers: Readonly<Record<string, number>>;
  try {
    const settings = JSON.parse(readFileSync(join(dirname(file), 'workflow.json'), 'utf8')) as {
      readonly types?: Readonly<Record<string, Readonly<Record<string, number>>>>;
    };
    numbers = settings.types?.[type] ?? {};
  } catch {
    return text;
  }
  const open = [...text.matchAll(/\$\{\s*(\w+)\s*\}/gu)].map(([, name = '']) => [name, `\${${name}}`]);
  return renderTemplate(text, { ...(Object.fromEntries(open) as Record<string, string>), ...numbers });
}
