import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Ledger } from '../../workflows/order-processing/ports/ledger.js';
import type { Messages } from '../../workflows/order-processing/ports/messages.js';
import type { Payments } from '../../workflows/order-processing/ports/payments.js';
import type { Definition } from './plain-definition.js';

/** A safety layer taken out, around what a run uses; nothing on disk is changed. */
export interface Mutation {
  readonly name: string;
  /** Changes what goes to DynamoDB. */
  readonly documents?: ((client: DynamoDBDocumentClient) => DynamoDBDocumentClient) | undefined;
  readonly services?:
    | ((services: { readonly ledger: Ledger; readonly payments: Payments; readonly messages: Messages }) => {
        readonly ledger?: Ledger;
        readonly payments?: Payments;
        readonly messages?: Messages;
      })
    | undefined;
  readonly definition?: ((definition: Definition) => Definition) | undefined;
}
