import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { type HttpService } from '@nestjs/axios';
import { AxiosHeaders, type AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { rawAnswers } from '#service';
import { NO_CONNECTION, transportFailure } from '../../transport-failure.js';
import { type Answer } from './answer.js';

/** Largest response that is read, in bytes after decompression. */
export const MAX_ANSWER_BYTES = 2 * 1024 * 1024;

/** One HTTP request to the instance. */
export interface Demand {
  method: 'GET' | 'POST' | 'PATCH';
  /** Path and query, percent-encoded. */
  target: string;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** Whether the request changes anything. */
  isWrite: boolean;
  signal: AbortSignal;
}

export interface Line {
  /** Scheme, host and port. The client calls no other host. */
  origin: string;
  /** CA certificate to trust in addition to the system's, PEM. */
  ca?: string;
  connectTimeoutMs: number;
  maxSockets: number;
}

/** Sends requests over kept-alive connections. It follows no redirects, keeps no cookies and uses no proxy. */
export class Exchange {
  private readonly config: AxiosRequestConfig;
  private readonly agents: readonly HttpAgent[];

  constructor(
    private readonly http: HttpService,
    line: Line,
  ) {
    const pool = { keepAlive: true, maxSockets: line.maxSockets };
    const httpAgent = withDialLimit(new HttpAgent(pool), 'connect', line.connectTimeoutMs);
    const httpsAgent = withDialLimit(
      new HttpsAgent({ ...pool, ...(line.ca !== undefined && { ca: [...rootCertificates, line.ca] }) }),
      'secureConnect',
      line.connectTimeoutMs,
    );
    this.agents = [httpAgent, httpsAgent];
    this.config = {
      baseURL: line.origin,
      allowAbsoluteUrls: false,
      httpAgent,
      httpsAgent,
      ...rawAnswers(MAX_ANSWER_BYTES),
    };
  }

  /** @throws BackendFailure `unavailable`, `timeout` or `truncated`; a response with any status is returned */
  async send({ method, target, headers, body, isWrite, signal }: Demand): Promise<Answer> {
    try {
      const response = await firstValueFrom(
        this.http.request<string>({
          ...this.config,
          method,
          url: target,
          headers: { Accept: 'application/json', 'Accept-Encoding': 'gzip', ...headers },
          ...(body !== undefined && { data: body }),
          signal,
        }),
      );
      return { status: response.status, headers: lowerCased(response.headers), body: response.data };
    } catch (error) {
      throw transportFailure('ServiceNow', error, isWrite);
    }
  }

  /** Number of open connections. */
  get openSockets(): number {
    const pools = this.agents.flatMap((agent) => [agent.sockets, agent.freeSockets]);
    return pools.flatMap((pool) => Object.values(pool)).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
  }
}

/** Gives up on a connection that is not established in time. Only then is it certain that nothing was sent. */
function withDialLimit<A extends HttpAgent>(agent: A, made: 'connect' | 'secureConnect', ms: number): A {
  const dial = agent.createConnection.bind(agent);
  agent.createConnection = (...options) => {
    const socket = dial(...options);
    if (!socket) return socket;
    const timer = setTimeout(
      () => socket.destroy(Object.assign(new Error('no connection in time'), { code: NO_CONNECTION })),
      ms,
    );
    const isOver = () => clearTimeout(timer);
    socket.once(made, isOver).once('close', isOver);
    return socket;
  };
  return agent;
}

function lowerCased(headers: unknown): Record<string, string> {
  const known = headers instanceof AxiosHeaders ? headers.toJSON() : (headers as Record<string, unknown>);
  return Object.fromEntries(
    Object.entries(known).map(([name, value]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(', ') : String(value),
    ]),
  );
}
