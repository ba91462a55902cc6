/** A text for a customer; who it goes to and where is the subscriber's knowledge. */
export interface Notice {
  readonly subject: string;
  readonly text: string;
}

/**
 * What a customer can do about a declined payment, by Stripe's decline code. Codes that are not here get the general
 * text on purpose: a thief must not learn that a card is known as lost, stolen or suspected of fraud.
 * Codes: https://docs.stripe.com/declines/codes
 */
const ADVICE: Readonly<Record<string, string>> = {
  insufficient_funds:
    'The account behind the card does not cover the amount. Please use another card or try again later.',
  expired_card: 'The card has expired. Please use another card.',
  incorrect_cvc: "The card's security code was not right. Please enter the card again.",
  authentication_required:
    'Your bank wants you to confirm this payment yourself. Please order again and confirm it when asked.',
};

const GENERAL_ADVICE = 'Your bank did not accept the payment. Please use another card or ask your bank.';

export function declinedNotice(orderId: string, declineCode: string | undefined): Notice {
  const advice = (declineCode === undefined ? undefined : ADVICE[declineCode]) ?? GENERAL_ADVICE;
  return {
    subject: 'Your payment did not go through',
    text: `We could not take the payment for your order ${orderId}. ${advice} Nothing was charged and nothing will be sent.`,
  };
}

export function confirmationNotice(orderId: string, shipmentId: string): Notice {
  return {
    subject: 'Your order is on its way',
    text: `Thank you. Your order ${orderId} is paid and will be sent as shipment ${shipmentId}.`,
  };
}
