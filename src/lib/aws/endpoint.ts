/** Whether a URL leads to this very machine: only then may a request go out with made-up credentials. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/u.test(host);
}

/** What the local environment signs with: nobody checks it, but the SDK insists. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** As the service is called in AWS_ENDPOINT_URL_<SERVICE>. */
export type EndpointService =
  'SFN' | 'CLOUDWATCH_LOGS' | 'DYNAMODB' | 'LAMBDA' | 'PRICING' | 'SECRETS_MANAGER' | 'SSM' | 'STS';

/**
 * The endpoint for one service, by AWS's own precedence: the flag (`given`), AWS_ENDPOINT_URL_<SERVICE>,
 * AWS_ENDPOINT_URL. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS switches the variables off. Endpoints of the shared
 * configuration file are left to the SDK.
 */
export function endpointFor(
  service: EndpointService,
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (given !== undefined) return given;
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] === 'true') return undefined;
  return env[`AWS_ENDPOINT_URL_${service}`] || env['AWS_ENDPOINT_URL'] || undefined;
}
