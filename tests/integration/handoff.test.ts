/**
 * Conversations that are handed over to another assistant and come back. The host is a second copy of the product with
 * its own processes, queues and data. Handoff calls its REST channel, as it would call any Rasa-compatible bot.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#testing';
import { SocketClient } from './support/socket-client.js';
import { Stack, textOf } from './support/stack.js';

let ours: Stack;
let host: Stack;

beforeAll(async () => {
  const [ourPort, hostPort] = [await freePort(), await freePort()];
  const [ourUrl, hostUrl] = [ourPort, hostPort].map((port) => `http://127.0.0.1:${port}`) as [string, string];
  const start = (own: string, port: number, other: string) =>
    Stack.start({ PUBLIC_URL: own, GATEWAY_PORT: String(port), SECOND_DESK_URL: other, HOST_TIMEOUT_MS: '2000' });
  ours = await start(ourUrl, ourPort, hostUrl);
  host = await start(hostUrl, hostPort, ourUrl);
});
afterAll(() => Promise.all([ours.stop(), host.stop()]));

async function handOver(person: string): Promise<string> {
  const [offer] = await ours.say(person, 'I want to talk to a human');
  const button = offer?.buttons?.find(({ title }) => title === 'Second desk');
  return textOf(await ours.say(person, button?.payload ?? ''));
}

describe('A handoff over REST', () => {
  it('lets the host answer under its title until /handback returns the person', async () => {
    expect(await handOver('ann')).toMatch(/connecting you with Second desk[^]*Second desk: .*helpdesk assistant/i);
    expect(textOf(await ours.say('ann', 'i have a problem with my email'))).toMatch(/^Second desk: .*email address/i);
    expect(textOf(await ours.say('ann', 'ann@example.com'))).toMatch(/^Second desk: .*urgent/i);
    expect(textOf(await ours.say('ann', '/handback'))).toMatch(/^Welcome back/);
    expect(textOf(await ours.say('ann', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('ends when the host hands the person back over the channel', async () => {
    await handOver('bob');
    const [offer] = await ours.say('bob', 'can I talk to a person?');
    expect(offer?.text).toMatch(/^Second desk: /);
    const back = textOf(await ours.say('bob', offer?.buttons?.[0]?.payload ?? ''));
    expect(back).toMatch(/Second desk: .*connecting[^]*Welcome back/i);
    expect(textOf(await ours.say('bob', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('makes an open form repeat its question when the person is back', async () => {
    await ours.converse('cleo', ['I want to open an incident', 'cleo@example.com']);
    expect(await handOver('cleo')).not.toMatch(/urgent/i);
    expect(textOf(await ours.say('cleo', '/handback'))).toMatch(/Welcome back[^]*urgent/i);
    expect(textOf(await ours.say('cleo', 'low'))).toMatch(/problem/i);
  });

  it('starts with a greeting when another bot sends a person with /handoff', async () => {
    const greeting = textOf(await ours.say('dan', '/handoff{"from_host":"http://elsewhere.example"}'));
    expect(greeting).toMatch(/helpdesk assistant/i);
  });

  it('is declined if the host is unknown', async () => {
    expect(textOf(await ours.say('eve', '/trigger_handoff{"handoff_to":"nobody"}'))).toMatch(
      /nobody I can connect you with/,
    );
  });
});

describe('A handoff over Socket.IO', () => {
  let client: SocketClient | undefined;
  afterEach(() => client?.close());

  it('takes the conversation to the host and back', async () => {
    client = await SocketClient.connect(ours.url);
    await client.openSession();
    client.say('I want to talk to a human');
    const offer = await client.next((message) => message.quick_replies?.length);
    client.say(offer.quick_replies?.[0]?.payload ?? '');
    await client.next((message) => /Second desk: .*helpdesk assistant/i.test(message.text ?? ''));
    client.say('i have a problem with my email');
    await client.next((message) => /^Second desk: .*email address/i.test(message.text ?? ''));
    client.say('/handback');
    await client.next((message) => /^Welcome back/.test(message.text ?? ''));
  });
});

describe('A host that crashes during a conversation', () => {
  it('causes an apology, and our assistant continues the conversation', async () => {
    await handOver('fay');
    await Promise.all(Object.values(host.services).map((service) => service.kill()));
    expect(textOf(await ours.say('fay', 'hello?'))).toMatch(/could not reach Second desk/);
    expect(textOf(await ours.say('fay', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('cannot take over a new conversation', async () => {
    expect(await handOver('gus')).toMatch(/connecting you[^]*could not reach Second desk/);
    expect(textOf(await ours.say('gus', 'i have a problem with my email'))).toMatch(/^\w+.*email address/i);
  });
});
