/** Those of the local environment, which serves Step Functions beside the stub. */
export const STUB_ACCOUNT = '000000000000';
export const STUB_REGION = 'us-east-1';

export function stubArn(service: string, resource: string): string {
  return `arn:aws:${service}:${service === 'iam' ? '' : STUB_REGION}:${STUB_ACCOUNT}:${resource}`;
}
