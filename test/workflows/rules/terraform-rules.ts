import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktn/hcl2json';
import { ROOT, TEMPLATE, type Workflow } from './subject.js';

/** Text of the files of infra/ that the rules look at. */
export type Infrastructure = Record<(typeof FILES)[number], string>;

const FILES = ['locals.tf', 'functions.tf', 'state-machine.tf'] as const;

type Block = Readonly<Record<string, unknown>>;

interface Module {
  readonly locals?: readonly Block[];
  readonly resource?: Readonly<Record<string, Readonly<Record<string, readonly Block[]>>>>;
}

export function readInfrastructure(): Infrastructure {
  const read = (file: string): string => readFileSync(join(ROOT, 'infra', file), 'utf8');
  return Object.fromEntries(FILES.map((file) => [file, read(file)])) as Infrastructure;
}

/** The rules by name, each with whether it holds. */
export async function terraformRules(
  infrastructure: Infrastructure,
  workflow: Workflow,
): Promise<Record<string, boolean>> {
  const modules = await Promise.all(FILES.map(async (file) => (await parse(file, infrastructure[file])) as Module));
  const local = (name: string): string => {
    const found = modules.flatMap((module) => module.locals ?? []).filter((block) => name in block);
    return found.map((block) => String(block[name]).replace(/\s+/g, ' ')).join(' and ');
  };
  const made = (type: string): Block[] =>
    modules.flatMap(({ resource }) => Object.values(resource?.[type] ?? {}).flat());
  const only = (type: string, ...fields: string[]): string[] =>
    made(type).map((block) => fields.map((field) => String(block[field])).join(' '));

  const functions = local('functions');
  const definition = local('definition');
  return {
    'the function map is made of the file that the definition is checked against':
      local('workflow') === '${jsondecode(file("${local.workflow_folder}/workflow.json"))}' &&
      /^\$\{ ?\{ for name, settings in local\.workflow\.functions : name => \{/.test(functions),

    'each function has the time of its workflow type, and nothing else sets one':
      functions.includes(' timeout = local.is_express ? settings.expressTimeoutSeconds : settings.timeoutSeconds ') &&
      local('is_express') === '${var.workflow_type == "EXPRESS"}' &&
      equal(only('aws_lambda_function', 'for_each', 'timeout'), ['${local.functions} ${each.value.timeout}']) &&
      Object.values(workflow.functions).every((one) => one.timeoutSeconds > 0 && one.expressTimeoutSeconds > 0),

    'each function has the alias that is called, and it leads to what was just published':
      / alias_arn = "arn:[^ ]+:function:\$\{local\.prefix\}\$\{name\}:\$\{local\.workflow\.alias\}" /.test(functions) &&
      only('aws_lambda_function', 'publish').every((publish) => publish === 'true') &&
      equal(only('aws_lambda_alias', 'for_each', 'name', 'function_version'), [
        '${local.functions} ${local.workflow.alias} ${aws_lambda_function.function[each.key].version}',
      ]),

    'whatever calls a function calls its alias, and may call nothing else':
      equal(only('aws_lambda_event_source_mapping', 'function_name'), [
        '${aws_lambda_alias.live[local.queue_consumer].arn}',
      ]) &&
      equal(resourcesOf('lambda:InvokeFunction', made('aws_iam_role_policy')), [
        '[for name in sort(keys(local.functions)) : local.functions[name].alias_arn]',
      ]),

    'the definition is filled with these numbers and aliases, all of them and no others':
      definition.startsWith('${templatefile("${local.workflow_folder}/order-processing.asl.json", merge(') &&
      definition.includes(' local.workflow.types[var.workflow_type], ') &&
      definition.includes('FunctionArn" => function.alias_arn }') &&
      ownNames(definition).every((name) => ['ConfirmationQueueUrl', 'Partition'].includes(name)) &&
      (['STANDARD', 'EXPRESS'] as const).every((type) => {
        const arns = Object.keys(workflow.functions).map((name) => `${titled(name)}FunctionArn`);
        const given = [...Object.keys(workflow.types[type]), ...arns, ...ownNames(definition)];
        return equal(given.sort(), placeholdersOf(TEMPLATE));
      }) &&
      equal(only('aws_sfn_state_machine', 'definition'), ['${local.definition}']),
  };
}

function equal(left: readonly string[], right: readonly string[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** What the statements with that action are about, as it is written. */
function resourcesOf(action: string, policies: readonly Block[]): string[] {
  return policies.flatMap((policy) => {
    const text = String(policy['policy']).replace(/\s+/g, ' ');
    const statements = text.split(/(?=\{ Sid)/).filter((statement) => statement.includes(action));
    return statements.map((statement) => / Resource = (.*?) \}/.exec(statement)?.[1] ?? statement);
  });
}

/** Names that the definition is given beside those of workflow.json. */
function ownNames(definition: string): string[] {
  return [...definition.matchAll(/[ {]([A-Z]\w+) = /g)].map((match) => match[1] ?? '');
}

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
