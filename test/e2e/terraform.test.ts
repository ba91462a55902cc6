import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { terraformFolder } from '../infra/terraform.js';
import { servedEnvironment } from '../local/states/local-fixture.js';

/*
 * The provider's own calls against the endpoint: apply, an empty plan, an update, destroy. Needs Terraform on the PATH and the AWS
 * provider, from the registry or from a mirror that TF_CLI_CONFIG_FILE names; without them the test is skipped and says so.
 */
test(
  'Terraform applies, updates and destroys a state machine with its alias',
  { timeout: 300_000 },
  async (context) => {
    const { port, sfn } = await servedEnvironment();
    const folder = await terraformFolder(context, (path) => writeFileSync(join(path, 'main.tf'), configuration(port)));
    const terraform = (...args: string[]) => folder.run(args);

    const apply = await terraform('apply', '-auto-approve', '-input=false');
    expect(apply.output).toContain('2 added, 0 changed, 0 destroyed');
    expect((await sfn.listStateMachines({})).stateMachines?.map(({ name }) => name)).toContain('from-terraform');
    expect((await terraform('plan', '-detailed-exitcode', '-input=false')).status).toBe(0);

    const update = await terraform('apply', '-auto-approve', '-input=false', '-var', 'seconds=2');
    expect(update.output).toContain('0 added, 2 changed, 0 destroyed');
    expect((await terraform('plan', '-detailed-exitcode', '-var', 'seconds=2')).status).toBe(0);

    const destroy = await terraform('destroy', '-auto-approve', '-input=false', '-var', 'seconds=2');
    expect(destroy.output).toContain('2 destroyed');
  },
);

function configuration(port: number): string {
  return `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "local"
  secret_key                  = "local"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    sfn = "http://127.0.0.1:${port}"
    sts = "http://127.0.0.1:${port}"
  }
}
variable "seconds" {
  type    = number
  default = 1
}
resource "aws_sfn_state_machine" "machine" {
  name       = "from-terraform"
  role_arn   = "arn:aws:iam::000000000000:role/any"
  publish    = true
  tags       = { purpose = "test" }
  definition = jsonencode({ StartAt = "Wait", States = { Wait = { Type = "Wait", Seconds = var.seconds, End = true } } })
}
resource "aws_sfn_alias" "live" {
  name = "live"
  routing_configuration {
    state_machine_version_arn = aws_sfn_state_machine.machine.state_machine_version_arn
    weight                    = 100
  }
}
`;
}
