/** Step Functions' client, built into a file of its own: it is loaded when the first request is made. */
export { SFN } from '@aws-sdk/client-sfn';
