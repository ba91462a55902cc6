/**
 * The AWS query protocol: form parameters in (`MessageAttributes.entry.1.Name=...`), XML out.
 * Source: Smithy 1.0, "AWS query protocol".
 */
import type { WireRequest, WireResponse } from '../ports.js';
import type { AwsError } from '../wire/aws-error.js';

export type QueryParameters = Readonly<Record<string, string>>;

export function queryParameters(request: WireRequest): QueryParameters {
  return { ...request.query, ...Object.fromEntries(new URLSearchParams(request.body)) };
}

/** Parameters below `prefix.1.`, `prefix.2.` ..., in their order; names without the prefix. */
export function numbered(parameters: QueryParameters, prefix: string): readonly QueryParameters[] {
  const members = new Map<number, Record<string, string>>();
  for (const [name, value] of Object.entries(parameters)) {
    const match = name.startsWith(`${prefix}.`) ? /^(\d{1,5})\.(.+)$/.exec(name.slice(prefix.length + 1)) : null;
    if (match === null) continue;
    const member = members.get(Number(match[1])) ?? {};
    member[match[2] ?? ''] = value;
    members.set(Number(match[1]), member);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
}

/** Element name -> text, or elements inside; a list repeats the element. */
export interface XmlElements {
  readonly [name: string]: string | XmlElements | readonly XmlElements[];
}

export function xmlAnswer(action: string, namespace: string, result: XmlElements, requestId: string): WireResponse {
  const document = {
    [`${action}Response xmlns="${namespace}"`]: {
      [`${action}Result`]: result,
      ResponseMetadata: { RequestId: requestId },
    },
  };
  return { status: 200, headers: headers(requestId), body: render(document) };
}

export function xmlError(error: AwsError, namespace: string, requestId: string): WireResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const document = {
    [`ErrorResponse xmlns="${namespace}"`]: {
      Error: { Type: type, Code: error.name, Message: error.message },
      RequestId: requestId,
    },
  };
  return { status: error.status, headers: headers(requestId), body: render(document) };
}

function headers(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}

function render(elements: XmlElements): string {
  return Object.entries(elements)
    .flatMap(([tag, content]) =>
      (Array.isArray(content) ? content : [content]).map((one: string | XmlElements) => [tag, one] as const),
    )
    .map(([tag, content]) => {
      const inner = typeof content === 'string' ? escape(content) : render(content);
      return `<${tag}>${inner}</${tag.split(' ')[0] ?? tag}>`;
    })
    .join('');
}

/** Characters that XML 1.0 cannot hold at all are replaced. */
function escape(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}
