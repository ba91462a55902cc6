import { describe, expect, it } from 'vitest';
import { openSources } from '../../src/lib/audit/open-sources.js';
import type { Environment } from '../../src/lib/environment/environment.js';

const deployment = {
  stripeSecretArn: 'arn:secret',
  tables: {},
  stateMachine: { type: 'STANDARD', arn: 'arn:machine' },
};

/** An environment of which only the secret is asked. */
function environment(secret: () => Promise<unknown>, published: object | undefined = deployment): Environment {
  const clients = {
    dynamodb: () => Promise.resolve({}),
    sfn: () => Promise.resolve({}),
    secrets: () => Promise.resolve({ getSecretValue: secret }),
  };
  return { name: 'prod', clients, deployment: () => Promise.resolve(published) } as unknown as Environment;
}

const refused = (name: string) => () => Promise.reject(Object.assign(new Error('no'), { name }));

describe('what an audit is opened with', () => {
  it.each([
    [
      'may not read the secret',
      refused('AccessDeniedException'),
      'the secret with its key cannot be read (AccessDeniedException)',
    ],
    [
      'has no secret',
      refused('ResourceNotFoundException'),
      'the secret with its key cannot be read (ResourceNotFoundException)',
    ],
    ['has another secret', () => Promise.resolve({ SecretString: 'sk_test_1' }), 'the secret holds no {"apiKey"}'],
  ])('who %s goes on without Stripe', async (_, secret, withoutStripe) => {
    expect(await openSources(environment(secret))).toMatchObject({ stripe: undefined, withoutStripe });
  });

  it('what is no refusal is not hidden', async () => {
    await expect(openSources(environment(refused('ThrottlingException')))).rejects.toThrow('no');
  });

  it('an environment that has published nothing', async () => {
    const nothing = { ...environment(refused('x')), deployment: () => Promise.resolve(undefined) };
    await expect(openSources(nothing)).rejects.toMatchObject({
      exit: 'notFound',
      message: 'nothing is published about the state machine in environment prod, so its ledger is not known',
    });
  });

  it('a live key goes to Stripe and nowhere else', async () => {
    const live = { SecretString: JSON.stringify({ apiKey: 'sk_live_1' }) };
    const fake = { ...environment(() => Promise.resolve(live)), stripe: { apiBase: 'http://127.0.0.1:1/stripe' } };
    await expect(openSources(fake)).rejects.toThrow('the key of Stripe is not one for tests');
  });
});
