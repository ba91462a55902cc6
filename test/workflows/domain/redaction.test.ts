import { expect, it } from 'vitest';
import { personalTexts, redact } from '../../../workflows/order-processing/domain/redaction.js';

it.each([
  ['mail to jo.doe+x@example.co.uk failed', 'mail to *** failed'],
  ['key sk_test_abc123 and whsec_99', 'key *** and ***'],
  ['card 4242 4242 4242 4242 refused', 'card *** refused'],
  ['call +49 (30) 123-4567-8', 'call ***'],
  ['500 pieces of mug-white', '500 pieces of mug-white'],
])('%s', (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

it('blots out the texts of a document that are not ids', () => {
  const document = {
    orderId: 'o-1',
    items: [{ productId: 'mug' }],
    shippingAddress: { street: '12 Harbour Lane', country: 'US' },
    note: 'for Kim',
  };
  expect(personalTexts(document)).toEqual(['12 Harbour Lane', 'US', 'for Kim']);
  expect(redact('o-1 mug: no way to 12 Harbour Lane for Kim in the US', personalTexts(document))).toBe(
    'o-1 mug: no way to *** *** in the US',
  );
});
