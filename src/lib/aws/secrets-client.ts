/** The client of Secrets Manager, built into a file of its own: it is loaded when the first request is made. */
export { SecretsManager } from '@aws-sdk/client-secrets-manager';
