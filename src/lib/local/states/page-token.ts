import { AwsError } from '../wire/aws-error.js';

/** A place in a listing, as the text that goes out as nextToken. `T` is small and plain. */
export function pageToken<T extends object>(place: T): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws AwsError InvalidToken for anything that `pageToken` did not make, or made for another question. */
export function readPageToken<T extends object>(token: string, belongs: (place: Partial<T>) => boolean): T {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    place = undefined;
  }
  if (typeof place !== 'object' || place === null || !belongs(place)) {
    throw new AwsError('InvalidToken', `Invalid Token: 'Invalid token'`);
  }
  return place as T;
}
