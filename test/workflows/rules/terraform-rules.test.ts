import { describe, expect, it } from 'vitest';
import { readWorkflow } from './subject.js';
import { readInfrastructure, terraformRules, type Infrastructure } from './terraform-rules.js';

/*
 * The definition's time-outs hold only if Terraform gives the functions the numbers of workflow.json that they are checked
 * against, and its aliases only if the definition gets those that Terraform makes. What a plan comes to is in infra/tests;
 * this needs no Terraform.
 */

async function broken(infrastructure: Infrastructure, workflow = readWorkflow()): Promise<string[]> {
  const rules = Object.entries(await terraformRules(infrastructure, workflow));
  return rules.filter(([, holds]) => !holds).map(([name]) => name);
}

it('Terraform keeps every rule', async () => {
  expect(await broken(readInfrastructure())).toEqual([]);
});

const MAP = 'the function map is made of the file that the definition is checked against';
const TIME = 'each function has the time of its workflow type, and nothing else sets one';
const ALIAS = 'each function has the alias that is called, and it leads to what was just published';
const CALLS = 'whatever calls a function calls its alias, and may call nothing else';
const DEFINITION = 'the definition is filled with these numbers and aliases, all of them and no others';

describe('a rule refuses', () => {
  it.each<[string, string, keyof Infrastructure, string, string]>([
    ['another file', MAP, 'locals.tf', '/workflow.json', '/functions.json'],
    ['a map of its own', MAP, 'functions.tf', 'in local.workflow.functions :', 'in var.functions :'],
    ['one time for both types', TIME, 'functions.tf', 'local.is_express ? settings.expressTimeoutSeconds : ', ''],
    ['the types mixed up', TIME, 'locals.tf', '== "EXPRESS"', '== "STANDARD"'],
    ['a time of its own', TIME, 'functions.tf', 'each.value.timeout', '30'],
    [
      'a second kind of function',
      TIME,
      'functions.tf',
      'resource "aws_lambda_alias"',
      'resource "aws_lambda_function" "more" {\n timeout = 900\n publish = true\n}\n\nresource "aws_lambda_alias"',
    ],
    ['an ARN without alias', ALIAS, 'functions.tf', '${name}:${local.workflow.alias}"', '${name}"'],
    ['an ARN with a version', ALIAS, 'functions.tf', '${name}:${local.workflow.alias}"', '${name}:1"'],
    ['an alias of another name', ALIAS, 'functions.tf', 'name             = local.workflow.alias', 'name = "current"'],
    [
      'an alias of what is not published',
      ALIAS,
      'functions.tf',
      'aws_lambda_function.function[each.key].version',
      '"$LATEST"',
    ],
    ['functions without versions', ALIAS, 'functions.tf', 'publish          = true', 'publish = false'],
    [
      'a queue that calls the function itself',
      CALLS,
      'functions.tf',
      'aws_lambda_alias.live[local.queue_consumer].arn',
      'aws_lambda_function.function[local.queue_consumer].arn',
    ],
    [
      'a machine that may call any version',
      CALLS,
      'state-machine.tf',
      'local.functions[name].alias_arn]',
      '"${local.functions[name].alias_arn}*"]',
    ],
    [
      'a machine that may call anything',
      CALLS,
      'state-machine.tf',
      '[for name in sort(keys(local.functions)) : local.functions[name].alias_arn]',
      '"*"',
    ],
    ['a definition with other ARNs', DEFINITION, 'state-machine.tf', 'function.alias_arn }', 'function.name }'],
    [
      'a definition with numbers of its own',
      DEFINITION,
      'state-machine.tf',
      'Partition            =',
      'MachineTimeoutSeconds = 60\n      Partition            =',
    ],
    [
      'a definition with the other type’s numbers',
      DEFINITION,
      'state-machine.tf',
      'types[var.workflow_type]',
      'types["STANDARD"]',
    ],
    [
      'a machine with another definition',
      DEFINITION,
      'state-machine.tf',
      'definition = local.definition',
      'definition = file("other.json")',
    ],
  ])('%s', async (_, rule, file, old, text) => {
    const infrastructure = readInfrastructure();
    if (!infrastructure[file].includes(old)) throw new Error(`${file} does not contain ${old}`);
    infrastructure[file] = infrastructure[file].replace(old, () => text);
    expect(await broken(infrastructure)).toEqual([rule]);
  });

  it('a function without a time, and a number that the definition has no place for', async () => {
    const workflow = readWorkflow();
    workflow.functions['fulfill-order'] = { timeoutSeconds: 0, expressTimeoutSeconds: 4 };
    expect(await broken(readInfrastructure(), workflow)).toEqual([TIME]);
    const more = readWorkflow();
    more.types.EXPRESS['SpareRetries'] = 1;
    expect(await broken(readInfrastructure(), more)).toEqual([DEFINITION]);
  });
});
