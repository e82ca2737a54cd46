import { SignJWT } from 'jose';
import { accounts, ServiceNowSim, type ServiceNowSimOptions } from '#servicenow-simulator';
import { Mailbox } from './mailbox.js';
import { SocketClient, type BotUttered } from './socket-client.js';
import { Stack, textOf } from './stack.js';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** The five services in front of a simulated ServiceNow instance and a mail server. */
export class Helpdesk {
  private readonly clients: SocketClient[] = [];

  private constructor(
    readonly stack: Stack,
    readonly sim: ServiceNowSim,
    readonly mailbox: Mailbox,
  ) {}

  /** @param env variables for every service */
  static async start(env: Record<string, string> = {}, options: ServiceNowSimOptions = {}): Promise<Helpdesk> {
    const [sim, mailbox] = await Promise.all([ServiceNowSim.start(options), Mailbox.open()]);
    const { userName, password } = accounts.service;
    const stack = await Stack.start({
      INCIDENT_BACKEND: 'servicenow',
      SERVICENOW_URL: sim.url,
      SERVICENOW_USER: userName,
      SERVICENOW_PASSWORD: password,
      SMTP_URL: mailbox.url,
      INCIDENT_POLL_SECONDS: '1',
      ...env,
    });
    return new Helpdesk(stack, sim, mailbox);
  }

  /** Sends a message over REST and returns the answers as one text. */
  async say(sender: string, message: string, more: Record<string, unknown> = {}): Promise<string> {
    return textOf(await this.stack.say(sender, message, more));
  }

  /** Opens a conversation over a socket, which also receives updates. */
  async chat(identityToken?: string): Promise<SocketClient> {
    const client = await SocketClient.connect(this.stack.url);
    this.clients.push(client);
    await client.openSession(identityToken === undefined ? {} : { identity_token: identityToken });
    return client;
  }

  /** The incidents in the instance that our operations opened, in the order of their numbers. */
  opened(): { number: string; title: string; state: string }[] {
    return this.sim
      .records('incident')
      .filter((row) => row['correlation_id'])
      .map((row) => ({
        number: row['number'] ?? '',
        title: row['short_description'] ?? '',
        state: row['state'] ?? '',
      }))
      .sort((a, b) => a.number.localeCompare(b.number));
  }

  /** Calls the HTTP API of the incident service. */
  getJson(path: string): Promise<Answer> {
    return this.call(path);
  }

  /** Sends a POST request to the HTTP API of the incident service. */
  postJson(path: string, body: unknown): Promise<Answer> {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return this.call(path, { method: 'POST', ...(body !== undefined && json) });
  }

  private async call(path: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(this.stack.services.incident.url + path, init);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** The logs of all services. */
  get logs(): string {
    return Object.values(this.stack.services)
      .map(({ output }) => output)
      .join('\n');
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.stack.stop();
    await Promise.all([this.sim.close(), this.mailbox.close()]);
  }
}

/** Sends messages over a socket, each after the answer to the previous one, and resolves with the last answer. */
export async function converse(
  client: SocketClient,
  ...exchange: [message: string, answer: RegExp][]
): Promise<string> {
  let heard = '';
  for (const [message, answer] of exchange) {
    client.say(message);
    heard = (await hear(client, answer)).text ?? '';
  }
  return heard;
}

/** Resolves with the next matching message. If none arrives, the error lists the messages that did. */
export async function hear(client: SocketClient, expected: RegExp): Promise<BotUttered> {
  try {
    return await client.next(({ text = '' }) => expected.test(text));
  } catch (error) {
    const heard = client.heard.map(({ text }) => text).join('\n');
    throw new Error(`No message matched ${String(expected)}. Received:\n${heard}`, { cause: error });
  }
}

/** The signed token with which a portal tells the assistant who is writing. */
export const identityToken = (secret: string, email: string): Promise<string> =>
  new SignJWT({ email })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience('helpdesk')
    .setIssuedAt()
    .setExpirationTime('4m')
    .sign(new TextEncoder().encode(secret));
