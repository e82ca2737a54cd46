import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions } from 'node:https';
import { rootCertificates } from 'node:tls';
import { type HttpService } from '@nestjs/axios';
import { type AxiosResponse } from 'axios';
import { firstValueFrom } from 'rxjs';
import { rawAnswers } from '#service';
import { BackendFailure } from '../../../ports/backend-failure.js';
import { transportFailure } from '../../transport-failure.js';
import { dataOf, type Answer } from './answer.js';
import { type RequestTrackerConfig } from './request-tracker.config.js';

/** Largest response that is read, in bytes after decompression. */
const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

export type Parameters = Readonly<Record<string, string | readonly string[]>>;

interface Demand {
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  params?: Parameters;
  body?: unknown;
  isWrite: boolean;
}

/**
 * Client for RT's REST 2.0 interface, with limits on time and size. It follows no redirects, keeps no cookies and uses no proxy.
 * Every error is a `BackendFailure` that contains no address, no user text and no secret.
 */
export class RestClient {
  private readonly reads: Agents;
  private readonly writes: Agents;

  constructor(
    private readonly http: HttpService,
    private readonly config: RequestTrackerConfig,
  ) {
    const { ca, concurrency: maxSockets } = config;
    const options = { maxSockets, ...(ca !== undefined && { ca: [...rootCertificates, ca] }) };
    this.reads = agents({ ...options, keepAlive: true });
    // A kept-alive connection can close just as it is reused; then it is unknown whether a change was made.
    this.writes = agents(options);
  }

  /** Reads data; retries once after a broken connection or a server error. */
  async read(path: string, params: Parameters = {}, body?: unknown): Promise<unknown> {
    const demand: Demand = { method: body === undefined ? 'GET' : 'POST', path, params, body, isWrite: false };
    try {
      return await this.call(demand);
    } catch (error) {
      const mayWork = error instanceof BackendFailure && error.kind === 'unavailable' && !error.retryAfterMs;
      if (!mayWork) throw error;
      return this.call(demand);
    }
  }

  /** Makes a change and never retries it: the caller checks whether it was done before asking again. */
  write(method: 'POST' | 'PUT', path: string, body: unknown): Promise<unknown> {
    return this.call({ method, path, body, isWrite: true });
  }

  close(): void {
    for (const { httpAgent, httpsAgent } of [this.reads, this.writes]) {
      httpAgent.destroy();
      httpsAgent.destroy();
    }
  }

  private async call(demand: Demand): Promise<unknown> {
    return dataOf(await this.exchange(demand), demand.isWrite);
  }

  private async exchange({ method, path, params = {}, body, isWrite }: Demand): Promise<Answer> {
    const { api, authorization, readTimeoutMs, writeTimeoutMs } = this.config;
    const search = Object.entries(params).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    );
    try {
      const response = await firstValueFrom(
        this.http.request<string>({
          ...(isWrite ? this.writes : this.reads),
          method,
          url: `${api}/${path}${search.length > 0 ? `?${new URLSearchParams(search).toString()}` : ''}`,
          headers: {
            Accept: 'application/json',
            Authorization: authorization,
            'User-Agent': 'helpdesk-assistant',
            ...(body !== undefined && { 'Content-Type': 'application/json' }),
          },
          ...(body !== undefined && { data: JSON.stringify(body) }),
          signal: AbortSignal.timeout(isWrite ? writeTimeoutMs : readTimeoutMs),
          ...rawAnswers(MAX_ANSWER_BYTES),
        }),
      );
      return { status: response.status, headers: headersOf(response), body: response.data };
    } catch (error) {
      throw transportFailure('Request Tracker', error, isWrite);
    }
  }
}

interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

const agents = (options: AgentOptions): Agents => ({
  httpAgent: new HttpAgent(options),
  httpsAgent: new HttpsAgent(options),
});

const headersOf = ({ headers }: AxiosResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
