import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { basicCredentials } from '../authentication/authentication.js';
import { WaitingRoom } from '../authentication/waiting-room.js';
import { answerTo, tableIn } from '../api/routes.js';
import { type Delivery, effectOf } from '../faults/fault-effects.js';
import { type Fault, parseFault, UnknownFault } from '../instance/fault-plan.js';
import { type Instance } from '../instance/instance.js';
import { type Answer, type Exchange, failure, headerOf, html } from '../exchange/exchange.js';
import { hibernatingPage, plainPage } from '../exchange/pages.js';
import { BodyTooLarge, readExchange } from './read-exchange.js';
import { sendAnswer, standardHeaders } from './send-answer.js';

const usual: Delivery = { kind: 'usual' };

/** The address of the instance: takes requests, lets the arranged faults strike, and answers. */
export class InstanceServer {
  private readonly server: Server;
  private readonly threads = new WaitingRoom();
  private readonly sessions = new Map<string, WaitingRoom>();

  /** @param certificate for https; without it plain http is spoken. */
  constructor(
    private readonly instance: Instance,
    certificate?: { key: string; cert: string },
  ) {
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      void this.serve(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    this.server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
    this.server.keepAliveTimeout = 60_000;
  }

  /** Resolves to the port. Rejects with EADDRINUSE when it is taken. */
  async listen(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { instance } = this;
    try {
      const exchange = await readExchange(request, instance.clock.now());
      if (exchange) await this.answer(exchange, response);
    } catch (error) {
      const answer = refusal(error);
      if (!answer) throw error;
      await sendAnswer(response, answer, usual, false);
    }
  }

  private async answer(exchange: Exchange, response: ServerResponse): Promise<void> {
    const { instance } = this;
    const faults = this.faultsOf(exchange);
    for (const { name, args } of faults) effectOf(name).cast?.(exchange, args);
    exchange.decisions.push(...faults.map(({ name, args }) => `fault ${[name, ...args].join(' ')}`));
    const [first, early] = await this.outcome(exchange, faults);
    const [answer, delivery] = first ? await afterwards(first, early, faults) : [first, early];
    const isAnswered = delivery.kind === 'usual' || delivery.kind === 'drip';
    instance.journal.record(exchange, isAnswered ? (answer?.status ?? 0) : 0);
    const whole: Answer = answer ?? { status: 0, headers: {} };
    const headers = { ...standardHeaders(exchange.now), ...this.cookies(exchange), ...whole.headers };
    const acceptsGzip = /\bgzip\b/.test(String(exchange.headers['accept-encoding'] ?? ''));
    await sendAnswer(response, { ...whole, headers }, delivery, acceptsGzip);
  }

  /** What a fault answers in the place of the instance, or what the instance does. */
  private async outcome(exchange: Exchange, faults: readonly Fault[]): Promise<[Answer | undefined, Delivery]> {
    const { instance } = this;
    const process = (): Promise<Answer> => answerTo(instance, exchange);
    for (const { name, args } of faults) {
      const outcome = await effectOf(name).before?.({ exchange, args, instance, process });
      if (outcome) return 'kind' in outcome ? [undefined, outcome] : [outcome, usual];
    }
    if (instance.isHibernating) {
      exchange.decisions.push('hibernating');
      return [html(200, hibernatingPage), usual];
    }
    return [await this.inTurn(exchange, process), usual];
  }

  /** Requests of one session run one after another, and all of them have so many threads. */
  private async inTurn(exchange: Exchange, process: () => Promise<Answer>): Promise<Answer> {
    const { config } = this.instance;
    const leaveSession = await this.enterSession(exchange);
    if (!leaveSession) {
      exchange.decisions.push('session queue full');
      return html(202, plainPage);
    }
    const { threads, queue } = config.saturation ?? { threads: Infinity, queue: 0 };
    const leave = await this.threads.enter(threads, queue);
    try {
      if (!leave) {
        exchange.decisions.push('saturated');
        return html(429, plainPage);
      }
      const { latencyMs, latencyJitterMs } = config;
      if (latencyMs + latencyJitterMs > 0)
        await delay(latencyMs + (latencyJitterMs > 0 ? this.instance.chance.below(latencyJitterMs) : 0));
      return await process();
    } finally {
      leave?.();
      leaveSession();
    }
  }

  private async enterSession(exchange: Exchange): Promise<(() => void) | undefined> {
    const id = sessionCookie(exchange);
    if (id === undefined) return () => undefined;
    const room = this.sessions.get(id) ?? new WaitingRoom();
    this.sessions.set(id, room);
    const leave = await room.enter(1, this.instance.config.sessionQueue);
    return (
      leave &&
      (() => {
        leave();
        if (room.isEmpty) this.sessions.delete(id);
      })
    );
  }

  private cookies(exchange: Exchange): Answer['headers'] {
    if (sessionCookie(exchange) !== undefined) return {};
    const id = this.instance.chance.id().toUpperCase();
    return {
      'Set-Cookie': [
        `JSESSIONID=${id}; Path=/; HttpOnly; SameSite=None`,
        'glide_user=; Max-Age=0; Path=/; HttpOnly',
        `glide_user_route=glide.${id.toLowerCase()}; Path=/; HttpOnly`,
      ],
    };
  }

  private faultsOf(exchange: Exchange): Fault[] {
    const { instance } = this;
    const planned = instance.faults.take(exchange, tableIn(exchange.path), () => this.claimedUser(exchange));
    const header = instance.config.allowHeaderFaults ? headerOf(exchange, 'x-sim-fault') : undefined;
    return [...planned, ...(header ?? '').split(';').flatMap((text) => (text.trim() === '' ? [] : [parseFault(text)]))];
  }

  /** Whose credentials a request carries, be they right or not. */
  private claimedUser(exchange: Exchange): string {
    const { store } = this.instance;
    const [scheme = '', credentials = ''] = (headerOf(exchange, 'authorization') ?? '').split(' ');
    if (scheme.toLowerCase() === 'basic') return basicCredentials(credentials).userName;
    const id =
      store.lookUp('oauth_credential', 'token', credentials || '-')?.[0]?.['user'] ??
      store.lookUp('api_key', 'token', headerOf(exchange, 'x-sn-apikey') ?? '-')?.[0]?.['user'];
    return store.get('sys_user', id ?? '')?.['user_name'] ?? '';
  }
}

/** Lets faults change an answer, or how it travels. */
async function afterwards(answer: Answer, delivery: Delivery, faults: readonly Fault[]): Promise<[Answer, Delivery]> {
  for (const { name, args } of faults) {
    const changed: Answer | Delivery | undefined = await effectOf(name).after?.(answer, args);
    if (changed && 'kind' in changed) delivery = changed;
    else if (changed) answer = changed;
  }
  return [answer, delivery];
}

const sessionCookie = (exchange: Exchange): string | undefined =>
  /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(headerOf(exchange, 'cookie') ?? '')?.[1];

function refusal(error: unknown): Answer | undefined {
  if (error instanceof BodyTooLarge) return failure(400, 'Exception while reading request', error.message);
  return error instanceof UnknownFault ? failure(400, error.message, null) : undefined;
}
