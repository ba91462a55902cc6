import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { beforeAll, describe, expect, it } from 'vitest';

/*
 * The definition's time-outs hold only if Terraform gives the functions the numbers of workflow.json that they are checked
 * against, and its aliases only if the definition gets those that Terraform makes. What a plan comes to is in infra/tests;
 * this needs no Terraform.
 */

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'workflows/order-processing');
const WORKFLOW = JSON.parse(readFileSync(join(FOLDER, 'workflow.json'), 'utf8')) as {
  alias: string;
  functions: Record<string, { timeoutSeconds: number; expressTimeoutSeconds: number }>;
  types: Record<'STANDARD' | 'EXPRESS', Record<string, number>>;
};

interface Module {
  readonly locals?: readonly Readonly<Record<string, unknown>>[];
  readonly resource?: Readonly<Record<string, Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>>>;
}

async function read(file: string): Promise<Module> {
  return (await parse(file, readFileSync(join(ROOT, 'infra', file), 'utf8'))) as Module;
}

const local = (module: Module, name: string): string =>
  String((module.locals ?? []).find((block) => name in block)?.[name]).replace(/\s+/g, ' ');

let locals: Module;
let functions: Module;
let machine: Module;
beforeAll(async () => {
  [locals, functions, machine] = (await Promise.all(['locals.tf', 'functions.tf', 'state-machine.tf'].map(read))) as [
    Module,
    Module,
    Module,
  ];
});

describe("Terraform's function map", () => {
  it('is made of the file that the definition is checked against', () => {
    expect(local(locals, 'workflow')).toBe('${jsondecode(file("${local.workflow_folder}/workflow.json"))}');
    expect(local(functions, 'functions')).toMatch(
      /^\$\{ ?\{ for name, settings in local\.workflow\.functions : name => \{/,
    );
    for (const { timeoutSeconds, expressTimeoutSeconds } of Object.values(WORKFLOW.functions)) {
      expect(timeoutSeconds).toBeGreaterThan(0);
      expect(expressTimeoutSeconds).toBeGreaterThan(0);
    }
  });

  it('gives each function the time of its workflow type, and nothing else sets one', () => {
    expect(local(functions, 'functions')).toMatch(
      / timeout = local\.is_express \? settings\.expressTimeoutSeconds : settings\.timeoutSeconds /,
    );
    expect(local(locals, 'is_express')).toBe('${var.workflow_type == "EXPRESS"}');
    const made = Object.values(functions.resource?.['aws_lambda_function'] ?? {}).flat();
    expect(made.map(({ timeout, for_each: each }) => [timeout, each])).toEqual([
      ['${each.value.timeout}', '${local.functions}'],
    ]);
  });

  it('calls functions by the alias of workflow.json, and makes that alias', () => {
    expect(local(functions, 'functions')).toMatch(
      / alias_arn = "arn:[^ ]+:function:\$\{local\.prefix\}\$\{name\}:\$\{local\.workflow\.alias\}" /,
    );
    const aliases = Object.values(functions.resource?.['aws_lambda_alias'] ?? {}).flat();
    expect(aliases.map(({ name, for_each: each }) => [name, each])).toEqual([
      ['${local.workflow.alias}', '${local.functions}'],
    ]);
  });

  it('fills in the definition with these numbers and aliases, all of them and no others', () => {
    const written = local(machine, 'definition');
    expect(written).toContain('templatefile("${local.workflow_folder}/order-processing.asl.json", merge(');
    expect(written).toContain('local.workflow.types[var.workflow_type]');
    expect(written).toContain('FunctionArn" => function.alias_arn }');
    const own = [...written.matchAll(/ ([A-Z]\w+) = /g)].map((match) => match[1] ?? '');
    for (const type of ['STANDARD', 'EXPRESS'] as const) {
      const arns = Object.keys(WORKFLOW.functions).map((name) => `${titled(name)}FunctionArn`);
      const given = [...Object.keys(WORKFLOW.types[type]), ...arns, ...own];
      expect(given.sort()).toEqual(placeholdersOf(readFileSync(join(FOLDER, 'order-processing.asl.json'), 'utf8')));
    }
  });
});

/** The names in `${...}`, each once, in the order of the alphabet. */
function placeholdersOf(template: string): string[] {
  return [...new Set([...template.matchAll(/\$\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}

/** As Terraform's `replace(title(replace(name, "-", " ")), " ", "")`. */
function titled(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
