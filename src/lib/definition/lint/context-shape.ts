import { ANY, objectOf, SCALAR, type Shape } from './shape.js';

/**
 * The context object. Source: "Accessing execution data from the Context object in Step Functions"; `within` says whether it
 * is read inside a Map and by a task that waits for a token.
 */
export function contextShape(within: { readonly map: boolean; readonly token: boolean }): Shape {
  return objectOf({
    Execution: objectOf({
      Id: SCALAR,
      Input: ANY,
      Name: SCALAR,
      RoleArn: SCALAR,
      StartTime: SCALAR,
      RedriveCount: SCALAR,
      RedriveTime: SCALAR,
    }),
    State: objectOf({ EnteredTime: SCALAR, Name: SCALAR, RetryCount: SCALAR }),
    StateMachine: objectOf({ Id: SCALAR, Name: SCALAR }),
    ...(within.map && {
      Map: objectOf({ Item: objectOf({ Index: SCALAR, Key: SCALAR, Value: ANY, Source: SCALAR }) }),
    }),
    ...(within.token && { Task: objectOf({ Token: SCALAR }) }),
  });
}
