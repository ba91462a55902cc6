import { AwsError } from '../wire/aws-error.js';

export function validationFailure(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** How DynamoDB words its refusal of a value that does not suit the table. */
export function parameterFailure(message: string): AwsError {
  return validationFailure(`One or more parameter values were invalid: ${message}`);
}

/** `item`: what ReturnValuesOnConditionCheckFailure asked for. */
export function conditionFailed(item?: object): AwsError {
  const members = item === undefined ? {} : { Item: item };
  return new AwsError('ConditionalCheckFailedException', 'The conditional request failed', 400, members);
}

export function tableNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'Requested resource not found');
}
