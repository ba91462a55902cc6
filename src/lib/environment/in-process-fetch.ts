import type { WireRequest, WireResponse } from '../local/ports.js';

/** `fetch` that brings each request to the local environment without a socket, for SDKs that are not AWS's. */
export function inProcessFetch(answer: (request: WireRequest) => Promise<WireResponse>): typeof globalThis.fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { status, headers, body } = await answer({
      method: init?.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(new Headers(init?.headers).entries()),
      body: typeof init?.body === 'string' ? init.body : '',
    });
    // The fake plays a broken connection.
    if (status === 0) throw new TypeError('fetch failed');
    return new Response(body, { status, headers });
  };
}
