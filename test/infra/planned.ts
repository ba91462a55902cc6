import type { TestContext } from 'vitest';
import { startAwsStub, stubEnvironment } from '../support/aws-stub/index.js';
import { servedEnvironment } from '../local/states/local-fixture.js';
import { terraformFolder } from './terraform.js';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface PlannedResource {
  readonly address: string;
  readonly type: string;
  readonly values: Record<string, Json>;
}

export interface Plan {
  readonly resources: readonly PlannedResource[];
  /** The module as it is written. */
  readonly configuration: Json;
}

/** What the module would make with these settings, from `terraform show -json` of a plan. */
export async function planned(context: TestContext, variables: Readonly<Record<string, string>>): Promise<Plan> {
  const folder = await terraformFolder(context);
  const { port } = await servedEnvironment();
  const stub = await startAwsStub({ statesUrl: `http://127.0.0.1:${port}` });
  context.onTestFinished(() => stub.close());
  const all = {
    environment: 'scan',
    region: 'us-east-1',
    functions_folder: 'tests/functions',
    stripe_secret_arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:stripe-AbCdEf',
    ...variables,
  };
  const settings = Object.entries(all).map(([name, value]) => [`TF_VAR_${name}`, value] as const);
  const env = { ...stubEnvironment(stub), ...Object.fromEntries(settings) };
  const plan = await folder.run(['plan', '-input=false', '-out=scan.plan'], env);
  if (plan.status !== 0) throw new Error(`terraform plan failed:\n${plan.output}`);
  const { stdout } = await folder.run(['show', '-json', 'scan.plan'], env);
  const shown = JSON.parse(stdout) as {
    planned_values: { root_module: { resources: PlannedResource[] } };
    configuration: Json;
  };
  return { resources: shown.planned_values.root_module.resources, configuration: shown.configuration };
}
