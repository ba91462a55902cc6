/** The client of Lambda, built into a file of its own: it is loaded when the first request is made. */
export { Lambda } from '@aws-sdk/client-lambda';
