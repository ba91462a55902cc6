import { STUB_ACCOUNT } from './place.js';
import type { Service } from './service.js';

export function identityService(): Service {
  return {
    scope: 'sts',
    protocol: 'query',
    state: {},
    operations: {
      GetCallerIdentity: () => ({
        Arn: `arn:aws:iam::${STUB_ACCOUNT}:user/stub`,
        UserId: 'AIDASTUB',
        Account: STUB_ACCOUNT,
      }),
    },
  };
}
