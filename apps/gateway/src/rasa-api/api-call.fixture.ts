import { expect } from '@jest/globals';

/** A request to the API. */
export interface Asking {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Makes the request. `json` is present when the answer is JSON. */
export async function call(url: string, { method, body, headers = {} }: Asking = {}) {
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { accept: 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as unknown) : undefined;
  return { status: response.status, text, json: json as Record<string, unknown>, headers: response.headers };
}

/** Matches the result of `call` for a request that the API refuses. */
export const failure = (code: number, reason: string) => ({
  status: code,
  json: {
    version: expect.stringMatching(/^3\./),
    status: 'failure',
    message: expect.stringMatching(/\S/),
    reason,
    details: expect.any(Object),
    help: null,
    code,
  },
});
