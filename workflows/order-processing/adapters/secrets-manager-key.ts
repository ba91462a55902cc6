import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Deadline } from './deadline.js';
import { asDependencyError } from './dependency-error.js';

/** Stripe's key from a secret whose text is `{"apiKey": "sk_..."}`; fetched once a process unless asked anew. */
export class SecretsManagerKey {
  #known: string | undefined;

  constructor(
    private readonly client: SecretsManagerClient,
    private readonly secretArn: string,
  ) {}

  async apiKey(fresh: boolean, deadline: Deadline): Promise<string> {
    if (this.#known === undefined || fresh) this.#known = await this.#fetch(deadline);
    return this.#known;
  }

  async #fetch(deadline: Deadline): Promise<string> {
    const command = new GetSecretValueCommand({ SecretId: this.secretArn });
    try {
      const { SecretString: text } = await this.client.send(command, { abortSignal: deadline.signal() });
      return apiKeyOf(text);
    } catch (error) {
      throw asDependencyError('Secrets Manager', error);
    }
  }
}

/** The secret's text never gets into the error. */
function apiKeyOf(text: string | undefined): string {
  try {
    const { apiKey } = JSON.parse(text ?? '') as { apiKey?: unknown };
    if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  } catch {
    // Said below.
  }
  throw new Error('the secret of Stripe is not of the form {"apiKey": "..."}');
}
