/**
 * A conversation goes to another assistant and comes back: the host is a second copy of the product with processes,
 * queues and data of its own, reached over its REST channel as any Rasa-compatible bot would be.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '#testing';
import { SocketClient } from './socket-client.js';
import { Stack, textOf } from './stack.js';

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

describe('Over REST', () => {
  it('the host greets, answers under its title, keeps the thread, and /handback brings the person home', async () => {
    expect(await handOver('ann')).toMatch(/connecting you with Second desk[^]*Second desk: .*helpdesk assistant/i);
    expect(textOf(await ours.say('ann', 'i have a problem with my email'))).toMatch(/^Second desk: .*email address/i);
    expect(textOf(await ours.say('ann', 'ann@example.com'))).toMatch(/^Second desk: .*urgent/i);
    expect(textOf(await ours.say('ann', '/handback'))).toMatch(/^Welcome back/);
    expect(textOf(await ours.say('ann', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('the host hands the person back by the protocol of the channel', async () => {
    await handOver('bob');
    const [offer] = await ours.say('bob', 'can I talk to a person?');
    expect(offer?.text).toMatch(/^Second desk: /);
    const back = textOf(await ours.say('bob', offer?.buttons?.[0]?.payload ?? ''));
    expect(back).toMatch(/Second desk: .*connecting[^]*Welcome back/i);
    expect(textOf(await ours.say('bob', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('a form that was open asks again when the person is back', async () => {
    await ours.converse('cleo', ['I want to open an incident', 'cleo@example.com']);
    expect(await handOver('cleo')).not.toMatch(/urgent/i);
    expect(textOf(await ours.say('cleo', '/handback'))).toMatch(/Welcome back[^]*urgent/i);
    expect(textOf(await ours.say('cleo', 'low'))).toMatch(/problem/i);
  });

  it('we greet a person whom another bot sends with /handoff', async () => {
    const greeting = textOf(await ours.say('dan', '/handoff{"from_host":"http://elsewhere.example"}'));
    expect(greeting).toMatch(/helpdesk assistant/i);
  });

  it('an unknown host is declined', async () => {
    expect(textOf(await ours.say('eve', '/trigger_handoff{"handoff_to":"nobody"}'))).toMatch(
      /nobody I can connect you with/,
    );
  });
});

describe('Over Socket.IO', () => {
  let client: SocketClient | undefined;
  afterEach(() => client?.close());

  it('the conversation goes to the host and comes back', async () => {
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

describe('A host that dies in the middle', () => {
  it('is apologised for, and the person stays with us', async () => {
    await handOver('fay');
    await Promise.all(Object.values(host.services).map((service) => service.kill()));
    expect(textOf(await ours.say('fay', 'hello?'))).toMatch(/could not reach Second desk/);
    expect(textOf(await ours.say('fay', 'help'))).toMatch(/^Here is what I can do/);
  });

  it('cannot be handed to', async () => {
    expect(await handOver('gus')).toMatch(/connecting you[^]*could not reach Second desk/);
    expect(textOf(await ours.say('gus', 'i have a problem with my email'))).toMatch(/^\w+.*email address/i);
  });
});
