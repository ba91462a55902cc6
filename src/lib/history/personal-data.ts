/**
 * The one list of field names whose values are personal. A name counts wherever it stands in a payload, whatever its
 * case, with or without "_" and "-"; everything below such a field is personal too.
 */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  'shippingaddress',
  'billingaddress',
  'address',
  'addressline1',
  'addressline2',
  'line1',
  'line2',
  'street',
  'city',
  'postalcode',
  'postcode',
  'zip',
  'zipcode',
  'userid',
  'customerid',
  'email',
  'emailaddress',
  'customeremail',
  'name',
  'fullname',
  'firstname',
  'lastname',
  'recipient',
  'customername',
  'phone',
  'phonenumber',
  'mobile',
]);

const MASK = '***';

/** Whether a field of this name holds personal data. */
export function isPersonal(field: string): boolean {
  return PERSONAL_FIELDS.has(field.replaceAll(/[_-]/g, '').toLowerCase());
}

/** A copy of a JSON value with every personal value replaced by "***". Texts that hold JSON are looked into. */
export function maskPersonalData(value: unknown): unknown {
  if (typeof value === 'string') return maskJsonText(value);
  if (Array.isArray(value)) return value.map(maskPersonalData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      isPersonal(field) && inner !== null ? MASK : maskPersonalData(inner),
    ]),
  );
}

/**
 * Masks inside a text that may be a JSON document (a payload, a Lambda envelope in which a JSON text is nested).
 * Any other text is given back as it is.
 */
export function maskJsonText(text: string): string {
  if (!/^\s*[[{"]/.test(text)) return text;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A truncated document cannot be searched by field, so none of it is shown.
    return /^\s*[[{]/.test(text) ? MASK : text;
  }
  return JSON.stringify(maskPersonalData(value));
}
