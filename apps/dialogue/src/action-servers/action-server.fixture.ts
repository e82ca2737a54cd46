import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { join } from 'node:path';
import { setImmediate as soon } from 'node:timers/promises';
import { afterEach, beforeAll, expect, jest } from '@jest/globals';
import { pino } from 'pino';
import { readAssistant, type ActionServer as Endpoint, type Domain } from '#assistant';
import { Tracker, type ActionResult } from '#dialogue-engine';
import { projectRoot } from '#service';
import { ActionRequests } from './action-request.js';
import { ActionServer } from './action-server.js';

export const logger = pino({ level: 'silent' });
/** The settings of a server, at an address where nothing listens. */
export const NOWHERE: Endpoint = {
  url: 'http://127.0.0.1:1/webhook',
  params: {},
  headers: {},
  tokenName: 'token',
  prefixes: [],
  isDomainSelective: false,
};

/** An action server that the test controls, and clients for it. Registers its hooks where it is created. */
export class ActionServerFixture {
  domain!: Domain;
  private server: Server | undefined;

  constructor() {
    beforeAll(async () => {
      ({ domain: this.domain } = (await readAssistant(join(projectRoot, 'assistants/helpdesk'))).assistant);
    });
    afterEach(async () => {
      jest.useRealTimers();
      await this.stopServing();
    });
  }

  /** Starts an action server that gives these answers, and returns its address. */
  async serve(answers: RequestListener, port = 0): Promise<string> {
    this.server = createServer(answers).listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}/webhook`;
  }

  /** Ends the server and closes its port. */
  async stopServing(): Promise<void> {
    const ended = this.server && once(this.server, 'close');
    this.server?.close();
    this.server?.closeAllConnections();
    this.server = undefined;
    await ended;
  }

  requestsOf(isCompressed = false): ActionRequests {
    return new ActionRequests(this.domain, async () => [{ event: 'restart', timestamp: 1 }], isCompressed);
  }

  clientOf(url: string, more: Partial<Endpoint> = {}): ActionServer {
    return new ActionServer({ ...NOWHERE, url, ...more }, this.requestsOf(), logger);
  }

  run(client: ActionServer, name = 'action_x', signal = new AbortController().signal): Promise<ActionResult> {
    const tracker = Tracker.start('ann', this.domain);
    tracker.apply({ event: 'slot', name: 'email', value: 'ann@example.com', timestamp: 2 });
    return client.run({ name, tracker, domain: this.domain, outputChannel: 'collector', signal });
  }

  /** Runs an action that fails, and returns the message of the error. */
  async failureOf(client: ActionServer): Promise<string> {
    const error: unknown = await this.run(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ActionServerError' });
    return (error as Error).message;
  }
}

/** Answers every call with this status and body. */
export const replying =
  (status: number, body: unknown): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Stops the clock and `setTimeout`; nothing else stops. */
export function stopTheClock(): void {
  const left = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
  jest.useFakeTimers({ doNotFake: [...left, 'setInterval', 'clearInterval'] });
}

/** Ends every wait between two calls at once, until the work is done. */
export async function withoutWaiting<Result>(work: Promise<Result>): Promise<Result> {
  let isDone = false;
  const end = (): void => void (isDone = true);
  work.then(end, end);
  while (!isDone) {
    jest.runOnlyPendingTimers();
    await soon();
  }
  return work;
}
