import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderTemplate } from '../../definition/template.js';
import type { MachineRevision } from '../store/state-machine-store.js';
import { LOCAL_ACCOUNT, LOCAL_REGION, stateMachineArn } from './arns.js';

export const ORDER_MACHINE = 'order-processing';
export const ORDER_MACHINE_ARN = stateMachineArn(ORDER_MACHINE);
export const ORDER_LOG_GROUP = `/aws/vendedlogs/states/${ORDER_MACHINE}`;
/** Before the name of every function, table, topic, queue and secret of the local environment. */
export const LOCAL_PREFIX = 'orders-local-';

/** Where a bundled function's lines go. */
export function functionLogGroup(bundle: string): string {
  return `/aws/lambda/${LOCAL_PREFIX}${bundle}`;
}

export const CONFIRMATION_QUEUE_URL = `https://sqs.${LOCAL_REGION}.amazonaws.com/${LOCAL_ACCOUNT}/${LOCAL_PREFIX}confirmation-retries`;

/** What workflow.json says, as far as the local environment needs it. */
export interface WorkflowSettings {
  readonly alias: string;
  readonly functions: Readonly<
    Record<string, { readonly timeoutSeconds: number; readonly memoryMb: number; readonly description: string }>
  >;
  readonly tables: Readonly<
    Record<
      string,
      { readonly key: string; readonly index?: { readonly name: string; readonly key: string; readonly sort: string } }
    >
  >;
  readonly types: Readonly<Record<'STANDARD' | 'EXPRESS', Readonly<Record<string, number>>>>;
}

/** @param folder workflows/order-processing of the installed package. */
export async function readWorkflowSettings(folder: string): Promise<WorkflowSettings> {
  return JSON.parse(await readFile(join(folder, 'workflow.json'), 'utf8')) as WorkflowSettings;
}

/** The shipped definition with this environment's names filled in, as a revision of the built-in machine. */
export async function orderMachine(folder: string): Promise<MachineRevision> {
  const [template, settings] = await Promise.all([
    readFile(join(folder, `${ORDER_MACHINE}.asl.json`), 'utf8'),
    readWorkflowSettings(folder),
  ]);
  const functionArns = Object.keys(settings.functions).map((name) => [
    `${pascalCase(name)}FunctionArn`,
    `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${LOCAL_PREFIX}${name}:${settings.alias}`,
  ]);
  const definition = renderTemplate(template, {
    ...settings.types.STANDARD,
    ...(Object.fromEntries(functionArns) as Record<string, string>),
    Partition: 'aws',
    ConfirmationQueueUrl: CONFIRMATION_QUEUE_URL,
  });
  const logGroupArn = `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:log-group:${ORDER_LOG_GROUP}:*`;
  return {
    definition,
    roleArn: `arn:aws:iam::${LOCAL_ACCOUNT}:role/${LOCAL_PREFIX}${ORDER_MACHINE}`,
    // As a deployment has it: what customers wrote stays out of the log.
    logging: JSON.stringify({
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
    }),
    tracing: JSON.stringify({ enabled: false }),
  };
}

function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
