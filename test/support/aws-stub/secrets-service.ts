import { AwsError, type Service } from './service.js';

/** Any secret whose ARN says `stripe` exists; its value is a test key. */
export function secretsService(): Service {
  const existing = (id: unknown): string => {
    if (String(id).includes('stripe')) return String(id);
    throw new AwsError('ResourceNotFoundException', `there is no secret ${String(id)}`);
  };
  return {
    scope: 'secretsmanager',
    target: 'secretsmanager',
    protocol: 'json',
    state: {},
    operations: {
      DescribeSecret: ({ SecretId: id }) => ({ ARN: existing(id), Name: 'stripe' }),
      GetSecretValue: ({ SecretId: id }) => ({
        ARN: existing(id),
        Name: 'stripe',
        SecretString: JSON.stringify({ apiKey: 'sk_test_stub' }),
      }),
    },
  };
}
