/** The client of DynamoDB, built into a file of its own: it is loaded when the first request is made. */
export { DynamoDB } from '@aws-sdk/client-dynamodb';
