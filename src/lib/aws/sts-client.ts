/** The client of STS, built into a file of its own: it is loaded when the first request is made. */
export { STS } from '@aws-sdk/client-sts';
