import { SignJWT } from 'jose';
import { accounts, ServiceNowSim, type ServiceNowSimOptions } from '#servicenow-simulator';
import { Mailbox } from './mailbox.js';
import { SocketClient, type BotUttered } from './socket-client.js';
import { Stack, textOf } from './stack.js';

/** The five services in front of a simulated ServiceNow instance and a mail server. */
export class Helpdesk {
  private readonly clients: SocketClient[] = [];

  private constructor(
    readonly stack: Stack,
    readonly sim: ServiceNowSim,
    readonly mailbox: Mailbox,
  ) {}

  /** @param env goes to every service */
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

  /** Says something over REST and returns what is answered as one text. */
  async say(sender: string, message: string, more: Record<string, unknown> = {}): Promise<string> {
    return textOf(await this.stack.say(sender, message, more));
  }

  /** A conversation over a socket, on which news arrive by themselves. */
  async chat(identityToken?: string): Promise<SocketClient> {
    const client = await SocketClient.connect(this.stack.url);
    this.clients.push(client);
    await client.openSession(identityToken === undefined ? {} : { identity_token: identityToken });
    return client;
  }

  /** The titles of the incidents in the instance that carry an operation of ours, in the order of their numbers. */
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

  /** What all services wrote to their logs. */
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

/** Says things one after another over a socket and resolves with the first answer that fits the last one. */
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

/** Resolves with the next message that fits, and says what was heard instead when none does. */
export async function hear(client: SocketClient, expected: RegExp): Promise<BotUttered> {
  try {
    return await client.next(({ text = '' }) => expected.test(text));
  } catch (error) {
    const heard = client.heard.map(({ text }) => text).join('\n');
    throw new Error(`Nothing like ${String(expected)} was heard, but:\n${heard}`, { cause: error });
  }
}

/** What a portal that shares this secret with the assistant signs to say who is writing. */
export const identityToken = (secret: string, email: string): Promise<string> =>
  new SignJWT({ email })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience('helpdesk')
    .setIssuedAt()
    .setExpirationTime('4m')
    .sign(new TextEncoder().encode(secret));
