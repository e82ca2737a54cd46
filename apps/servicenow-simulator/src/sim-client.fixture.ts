import { accounts } from './seed/accounts.js';
import { ServiceNowSim, type ServiceNowSimOptions } from './servicenow-sim.js';

export interface Call {
  method?: string;
  /** Bytes and texts are sent as they are, everything else as JSON. */
  body?: unknown;
  /** Null sends no credentials. */
  as?: { userName: string; password: string } | null;
  headers?: Record<string, string>;
}

type Cell = string & { display_value: string; value: string; link: string };
export type Found = Record<string, Cell>;

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** `result` of a list; empty where there is none. */
  rows: Found[];
  /** `result` of a single record. */
  row: Found;
  /** `message / detail` of a refusal. */
  error: string;
  /** Null when the body is no JSON. */
  json: unknown;
}

export interface SimClient {
  sim: ServiceNowSim;
  /** Calls a path of the instance, as the service account unless told otherwise. */
  call: (path: string, options?: Call) => Promise<Reply>;
}

/** The authorization header of an account. */
export const basic = ({ userName, password }: { userName: string; password: string }): string =>
  `Basic ${Buffer.from(`${userName}:${password}`).toString('base64')}`;

/** Runs a test against a simulator of its own, whose clock stands still unless told otherwise. */
export async function withSim<Result>(
  options: ServiceNowSimOptions,
  test: (client: SimClient) => Promise<Result>,
): Promise<Result> {
  const sim = await ServiceNowSim.start({ clock: 'frozen', ...options });
  try {
    return await test({ sim, call: (path, call) => callSim(sim, path, call) });
  } finally {
    await sim.close();
  }
}

async function callSim(sim: ServiceNowSim, path: string, call: Call = {}): Promise<Reply> {
  const { body, as = accounts.service, headers } = call;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
  const response = await fetch(sim.url + path, {
    method: call.method ?? (body === undefined ? 'GET' : 'POST'),
    redirect: 'manual',
    headers: {
      Accept: 'application/json',
      ...(body !== undefined && !isRaw && { 'Content-Type': 'application/json' }),
      ...(as && { Authorization: basic(as) }),
      ...headers,
    },
    ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, ...parsed(await response.text()) };
}

function parsed(text: string): Pick<Reply, 'text' | 'rows' | 'row' | 'error' | 'json'> {
  const json = parseOrNull(text) as { result?: unknown; error?: { message?: string; detail?: string | null } } | null;
  const result = json?.result;
  return {
    text,
    json,
    rows: Array.isArray(result) ? (result as Found[]) : [],
    row: (typeof result === 'object' && result !== null ? result : {}) as Found,
    error: json?.error?.message === undefined ? '' : `${json.error.message} / ${json.error.detail}`,
  };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const PARAMETERS = new Set([
  'display_value',
  'exclude_reference_link',
  'fields',
  'input_display_value',
  'limit',
  'no_count',
  'offset',
  'query',
  'suppress_pagination_header',
]);

/** The path of a table; parameters of the API are named without `sysparm_`, others are pairs of field and value. */
export const table = (name: string, parameters: Record<string, string> = {}): string => {
  const query = new URLSearchParams(
    Object.entries(parameters).map(([key, value]): [string, string] => [
      PARAMETERS.has(key) ? `sysparm_${key}` : key,
      value,
    ]),
  );
  return `/api/now/table/${name}${query.size > 0 ? `?${query.toString()}` : ''}`;
};

/** Creates an incident and returns it. */
export async function create(client: SimClient, fields: Record<string, string> = {}): Promise<Found> {
  const { row } = await client.call(table('incident'), { body: { short_description: 'A test', ...fields } });
  return row;
}
