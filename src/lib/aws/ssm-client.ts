/** The client of Systems Manager, built into a file of its own: it is loaded when the first request is made. */
export { SSM } from '@aws-sdk/client-ssm';
