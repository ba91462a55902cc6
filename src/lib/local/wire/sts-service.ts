import type { LocalSources, WireService } from '../ports.js';
import { actionOf } from './endpoint.js';

/** Who is asking: always the same made-up user, so that tools which check their credentials first can go on. */
export function createStsService(accountId: string, sources: Pick<LocalSources, 'uuid'>): WireService {
  return (request) => {
    if (actionOf(request) !== 'GetCallerIdentity') return undefined;
    const requestId = sources.uuid();
    const body = [
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>',
      `<Arn>arn:aws:iam::${accountId}:user/local</Arn><UserId>LOCAL</UserId><Account>${accountId}</Account>`,
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
      '</GetCallerIdentityResponse>',
    ].join('');
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body,
    });
  };
}
