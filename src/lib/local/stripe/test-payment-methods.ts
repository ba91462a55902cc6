/** What a bank says to a test payment method. */
export type BankAnswer =
  | { readonly kind: 'approve' }
  | { readonly kind: 'decline'; readonly code: string; readonly declineCode?: string; readonly message: string }
  /** Refused off session, asks for 3-D Secure on session. */
  | { readonly kind: 'authenticate' }
  /** The outcome comes later. */
  | { readonly kind: 'processing' };

export interface TestPaymentMethod {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly answer: BankAnswer;
}

const DECLINED = 'Your card was declined.';

function declined(declineCode: string, message = DECLINED): BankAnswer {
  return { kind: 'decline', code: 'card_declined', declineCode, message };
}

/** Codes: https://docs.stripe.com/testing#declined-payments and https://docs.stripe.com/declines/codes */
const METHODS: readonly TestPaymentMethod[] = [
  { id: 'pm_card_visa', brand: 'visa', last4: '4242', answer: { kind: 'approve' } },
  { id: 'pm_card_mastercard', brand: 'mastercard', last4: '4444', answer: { kind: 'approve' } },
  { id: 'pm_card_amex', brand: 'amex', last4: '8431', answer: { kind: 'approve' } },
  { id: 'pm_card_pendingRefund', brand: 'visa', last4: '7726', answer: { kind: 'approve' } },
  { id: 'pm_card_refundFail', brand: 'visa', last4: '5126', answer: { kind: 'approve' } },
  { id: 'pm_card_chargeDeclined', brand: 'visa', last4: '0002', answer: declined('generic_decline') },
  { id: 'pm_card_visa_chargeDeclined', brand: 'visa', last4: '0002', answer: declined('generic_decline') },
  {
    id: 'pm_card_chargeDeclinedInsufficientFunds',
    brand: 'visa',
    last4: '9995',
    answer: declined('insufficient_funds', 'Your card has insufficient funds.'),
  },
  {
    id: 'pm_card_visa_chargeDeclinedInsufficientFunds',
    brand: 'visa',
    last4: '9995',
    answer: declined('insufficient_funds', 'Your card has insufficient funds.'),
  },
  { id: 'pm_card_chargeDeclinedLostCard', brand: 'visa', last4: '9987', answer: declined('lost_card') },
  { id: 'pm_card_visa_chargeDeclinedLostCard', brand: 'visa', last4: '9987', answer: declined('lost_card') },
  { id: 'pm_card_chargeDeclinedStolenCard', brand: 'visa', last4: '9979', answer: declined('stolen_card') },
  { id: 'pm_card_visa_chargeDeclinedStolenCard', brand: 'visa', last4: '9979', answer: declined('stolen_card') },
  { id: 'pm_card_chargeDeclinedFraudulent', brand: 'visa', last4: '0019', answer: declined('fraudulent') },
  {
    id: 'pm_card_chargeDeclinedExpiredCard',
    brand: 'visa',
    last4: '0069',
    answer: { kind: 'decline', code: 'expired_card', message: 'Your card has expired.' },
  },
  {
    id: 'pm_card_chargeDeclinedIncorrectCvc',
    brand: 'visa',
    last4: '0127',
    answer: { kind: 'decline', code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  },
  {
    id: 'pm_card_chargeDeclinedProcessingError',
    brand: 'visa',
    last4: '0119',
    answer: {
      kind: 'decline',
      code: 'processing_error',
      message: 'An error occurred while processing your card. Try again in a little bit.',
    },
  },
  { id: 'pm_card_authenticationRequired', brand: 'visa', last4: '3184', answer: { kind: 'authenticate' } },
  { id: 'pm_card_threeDSecure2Required', brand: 'visa', last4: '3220', answer: { kind: 'authenticate' } },
  // Not one of Stripe's: no test card of theirs stays in `processing`.
  { id: 'pm_fake_processing', brand: 'visa', last4: '0000', answer: { kind: 'processing' } },
];

const BY_ID: ReadonlyMap<string, TestPaymentMethod> = new Map(METHODS.map((method) => [method.id, method]));

export function testPaymentMethod(id: string): TestPaymentMethod | undefined {
  return BY_ID.get(id);
}

/** As GET /v1/payment_methods/:id shows it. */
export function paymentMethodObject(method: TestPaymentMethod): object {
  return {
    id: method.id,
    object: 'payment_method',
    type: 'card',
    card: { brand: method.brand, last4: method.last4, exp_month: 12, exp_year: 2034, funding: 'credit', country: 'US' },
    customer: null,
    livemode: false,
    metadata: {},
  };
}
