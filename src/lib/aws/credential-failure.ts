import { Failure } from '../cli/failure.js';
import { knownProfiles, sharedFiles } from './profiles.js';

/** Where credentials and region were looked for. */
export interface LookedIn {
  readonly profile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|ProviderError)$/u;
const NO_REGION = /^Region is missing/u;
const SSO = /\bsso\b|session token not found|token is expired/iu;

/**
 * What the SDK says when it finds no credentials or no region, with the profile's name and what to do about it.
 * @returns undefined for any other error
 */
export function credentialFailure(error: Error, { profile: given, env }: LookedIn): Failure | undefined {
  const malformed = /^Region not accepted: region="([^]*)" is not/u.exec(error.message)?.[1];
  if (malformed !== undefined && malformed !== '') {
    return new Failure('usage', `not an AWS region: ${malformed}`, {
      suggestions: ['a region looks like eu-central-1'],
      cause: error,
    });
  }
  // An empty AWS_REGION is none.
  const noRegion = malformed === '' || NO_REGION.test(error.message);
  if (!noRegion && !NO_CREDENTIALS.test(error.name)) return sectionFailure(error);
  const profile = given ?? (env['AWS_PROFILE'] || undefined);
  if (profile !== undefined && profile !== 'default') {
    const known = knownProfiles(env);
    if (!known.includes(profile)) return unknownProfile(profile, known, env, error);
  }
  if (noRegion) {
    const where = profile === undefined ? '' : `, and AWS profile ${profile} has none`;
    return new Failure('usage', `no AWS region is set${where}`, {
      suggestions: ['set it with --region, AWS_REGION or in the profile'],
      cause: error,
    });
  }
  const message = error.message.replace(/\s*\n\s*/gu, ' ').trim();
  const inProfile = profile === undefined ? '' : ` --profile ${profile}`;
  if (SSO.test(message)) {
    return new Failure(
      'denied',
      `the SSO session${profile === undefined ? '' : ` of AWS profile ${profile}`} is over: ${message}`,
      {
        suggestions: [`log in: aws sso login${inProfile}`],
        cause: error,
      },
    );
  }
  const of = profile === undefined ? '' : ` of profile ${profile}`;
  return new Failure('denied', `no usable AWS credentials${of}: ${message}`, {
    suggestions: [`log in (aws sso login${inProfile}), or choose a profile with --profile or AWS_PROFILE`],
    cause: error,
  });
}

function unknownProfile(profile: string, known: readonly string[], env: LookedIn['env'], cause: Error): Failure {
  const { config, credentials } = sharedFiles(env);
  return new Failure('denied', `there is no AWS profile ${profile} in ${config} or ${credentials}`, {
    suggestions: [
      known.length === 0 ? 'aws configure sso makes one' : `there are: ${known.slice(0, 20).join(', ')}`,
      'choose one with --profile or AWS_PROFILE',
    ],
    cause,
  });
}

/** A profile that names a section which is not there; the SDK says so with a plain Error. */
function sectionFailure(error: Error): Failure | undefined {
  if (!/^The services section /u.test(error.message)) return undefined;
  return new Failure('usage', `in AWS's shared configuration: ${error.message}`, { cause: error });
}
