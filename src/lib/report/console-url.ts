import type { ExecutionArn } from '../aws/arn.js';

const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The console's page of an execution; `undefined` where there is none (a partition without a console, the local account). */
export function consoleUrl(arn: ExecutionArn | undefined, executionArn: string): string | undefined {
  if (arn === undefined || arn.accountId === '000000000000') return undefined;
  const host = HOSTS[arn.partition];
  return host === undefined
    ? undefined
    : `https://${arn.region}.${host}/states/home?region=${arn.region}#/v2/executions/details/${executionArn}`;
}
