import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type BrowserContext } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import { waitUntil } from '#testing';
import { Chat, launchBrowser } from './chat.js';
import { Product } from './product.js';

/** The browser's own messages about a server that is down. */
const OUTAGE = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/;

let product: Product;
let browser: Browser;
const contexts: BrowserContext[] = [];
const sockets: Socket[] = [];
const complaints: string[] = [];

const newPerson = async (options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 }, ...options });
  context.setDefaultTimeout(60_000);
  contexts.push(context);
  return context;
};

const openChat = async (): Promise<Chat> => Chat.open(await newPerson(), product.url, complaints);

/** Another client in the session of the page. */
async function participant(): Promise<Socket> {
  const socket = io(product.url);
  sockets.push(socket);
  await waitUntil('the participant is connected', () => socket.connected);
  return socket;
}

beforeAll(async () => {
  product = await Product.start();
  browser = await launchBrowser();
});

afterEach(async () => {
  product.thaw();
  sockets.splice(0).forEach((socket) => socket.disconnect());
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  // The console also reports violations of the content security policy.
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe('The chat page', () => {
  it('lets a person report a problem by clicking and typing', async () => {
    const chat = await openChat();
    await chat.button('I have a problem with my email').click();
    await chat.hears(/email/);
    await chat.say('anna.berg@example.com');
    await chat.hears(/urgent/);
    await chat.button('medium').click();
    await chat.hears(/problem/);
    await chat.say('Outlook asks for my password again and again.');
    await chat.hears('Shall I open an incident');
    await chat.button('Yes').click();
    await chat.hears('this incident would now be opened');

    const said = await chat.transcript();
    expect(said.filter((text) => text.startsWith('You: '))).toEqual([
      'You: I have a problem with my email',
      'You: anna.berg@example.com',
      'You: medium',
      'You: Outlook asks for my password again and again.',
      'You: Yes',
    ]);
    expect(said.find((text) => text.includes('would now be opened'))).toContain('priority: medium');
    expect(await chat.page.locator('.messages .choice:enabled').count()).toBe(0);
  });

  it('shows that the assistant is writing until the answer arrives', async () => {
    const chat = await openChat();
    product.freeze();
    await chat.say('hello');
    await chat.typing.waitFor();
    product.thaw();
    await chat.typing.waitFor({ state: 'detached' });
    await chat.hears(/Open an incident/);
  });

  it('shows the whole conversation after a reload and continues it', async () => {
    const chat = await openChat();
    await chat.say('I have a problem with my email');
    await chat.hears(/email/);
    await chat.say('anna.berg@example.com');
    await chat.hears(/urgent/);
    await chat.button('high').click();
    await chat.hears(/problem/);
    const before = await chat.transcript();

    await chat.page.reload();
    await chat.hears(/problem/);
    expect(await chat.transcript()).toEqual(before);
    await chat.say('The inbox stays empty.');
    await chat.hears('priority: high');
  });

  it('works with the keyboard alone', async () => {
    const { page } = await openChat();
    const { keyboard } = page;
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
    expect(await page.evaluate<boolean>('document.activeElement === box')).toBe(true);
    await keyboard.press('Shift+Tab');
    expect(await focused()).toBe('What is the status of my ticket?');
    await keyboard.press('ArrowRight');
    expect(await focused()).toBe('I have a problem with my email');
    await keyboard.press('Enter');
    await page.locator('.assistant', { hasText: /email/ }).waitFor();
    await keyboard.type('anna.berg@example.com');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: 'high', disabled: false }).waitFor();
    await keyboard.press('Shift+Tab');
    await keyboard.press('ArrowLeft');
    expect(await focused()).toBe('medium');
    await keyboard.press('Enter');
    await page.locator('.person', { hasText: 'medium' }).waitFor();
    await page.locator('.typing').waitFor({ state: 'detached' });
    await keyboard.type('First line');
    await keyboard.press('Shift+Enter');
    await keyboard.type('second line');
    await keyboard.press('Enter');
    await page.locator('.person', { hasText: /First line\nsecond line/ }).waitFor();
    await page.getByRole('button', { name: 'Yes', disabled: false }).waitFor();

    await page.getByRole('button', { name: 'New conversation' }).focus();
    await keyboard.press('Enter');
    await keyboard.press('Tab');
    expect(await focused()).toBe('Start new');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'How can I help?' }).waitFor();
  });

  it('keeps the conversation until the person confirms a new one', async () => {
    const chat = await openChat();
    await chat.say('hello');
    await chat.hears(/Open an incident/);
    const session = await chat.sessionId();
    await chat.button('New conversation').click();
    await chat.button('Keep this one').click();
    expect(await chat.sessionId()).toBe(session);
    await chat.button('New conversation').click();
    await chat.button('Start new').click();
    await chat.page.getByRole('heading', { name: 'How can I help?' }).waitFor();
    expect(await chat.sessionId()).not.toBe(session);
    await chat.online();
    await chat.say('What is the status of my ticket?');
    await chat.hears(/email/);
    expect(await chat.transcript()).toHaveLength(2);
  });

  it('marks a message as not sent when the server crashes before it answers, and sends it again after the restart', async () => {
    const chat = await openChat();
    await chat.say('I have a problem with my email');
    await chat.hears(/email/);
    product.freeze();
    await chat.say('anna.berg@example.com');
    await chat.typing.waitFor();
    await product.kill();
    await chat.page.getByText('Not sent – try again').waitFor();
    await chat.page.getByText('Not connected, reconnecting…').waitFor();
    await chat.say('kept while away');
    expect(await chat.box.inputValue()).toBe('kept while away');
    expect(await chat.transcript()).toHaveLength(3);

    await product.launch();
    await chat.online();
    await chat.button('Not sent – try again').click();
    await chat.hears(/urgent/);
    expect(await chat.page.getByText('try again').count()).toBe(0);
    expect(await chat.box.inputValue()).toBe('kept while away');
    await chat.button('low').click();
    await chat.hears(/problem/);
    await chat.page.reload();
    await chat.hears(/problem/);
    const mine = (await chat.transcript()).filter((text) => text.startsWith('You: '));
    expect(mine).toEqual(['You: I have a problem with my email', 'You: anna.berg@example.com', 'You: low']);
    expect(complaints.splice(0).filter((complaint) => !OUTAGE.test(complaint))).toEqual([]);
  });

  it('offers to resend a message that gets no answer in time, and shows a late answer once', async () => {
    const context = await newPerson();
    await context.clock.install();
    const chat = await Chat.open(context, product.url, complaints);
    product.freeze();
    await chat.say('hello');
    await chat.typing.waitFor();
    await context.clock.fastForward(41_000);
    await chat.page.getByText('No answer yet – try again').waitFor();
    expect(await chat.typing.count()).toBe(0);
    await chat.button('No answer yet – try again').click();
    product.thaw();
    await chat.hears(/Open an incident/);
    await chat.say('thanks');
    await chat.page.locator('.person', { hasText: 'thanks' }).waitFor();
    await chat.typing.waitFor({ state: 'detached' });
    const said = await chat.transcript();
    expect(said.filter((text) => text === 'You: hello')).toHaveLength(1);
    expect(said.filter((text) => text.includes('Open an incident'))).toHaveLength(1);
  });

  it('shows hostile text as plain text', async () => {
    const chat = await openChat();
    const hostile = `<img src=x onerror="document.title='broken'"> <b>bold</b> javascript:alert(1) https://example.com/a?b=1.`;
    await chat.say('I have a problem with my email');
    await chat.hears(/email/);
    await chat.say('anna.berg@example.com');
    await chat.hears(/urgent/);
    await chat.button('low').click();
    await chat.hears(/problem/);
    await chat.say(hostile);
    await chat.hears(hostile);
    expect(await chat.transcript()).toContain(`You: ${hostile}`);
    expect(await chat.page.locator('.messages :is(img, b, script)').count()).toBe(0);
    const link = chat.page.locator('.messages a');
    expect(await link.count()).toBe(1);
    expect(await link.getAttribute('href')).toBe('https://example.com/a?b=1');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await chat.page.title()).toBe('IT helpdesk');
  });

  it('shows the same messages in two tabs of one session', async () => {
    const context = await newPerson();
    const one = await Chat.open(context, product.url, complaints);
    const other = await Chat.open(context, product.url, complaints);
    expect(await other.sessionId()).toBe(await one.sessionId());
    await one.say('I have a problem with my email');
    await other.hears(/email/);
    await other.say('anna.berg@example.com');
    await one.hears(/urgent/);
    await one.button('low').click();
    await other.hears(/problem/);
    await one.hears(/problem/);
    expect(await other.transcript()).toEqual(await one.transcript());
    expect((await one.transcript()).filter((text) => text.startsWith('You: '))).toHaveLength(3);
  });

  it('shows each message of another client once, in order and as readable text, even if it is delivered again', async () => {
    const chat = await openChat();
    const session_id = await chat.sessionId();
    const socket = await participant();
    const say = (message: string, message_id: string): unknown =>
      socket.emit('user_uttered', { message, session_id, message_id });
    say('/greet', 'first');
    await chat.hears(/Open an incident/);
    say('/greet', 'first');
    say('/inform{"priority":"low"}', 'second');
    say('/greet', 'first');
    say('/inform{"priority":"low"}', 'second');
    // The service keeps the order of each client, but not the order between two clients.
    await chat.page.locator('.person', { hasText: 'priority: low' }).waitFor();
    await chat.say('I have a problem with my email');
    await chat.hears(/What is your email|Which email/);
    const live = await chat.transcript();
    expect(live.filter((text) => text.startsWith('You: '))).toEqual([
      'You: Greet',
      'You: priority: low',
      'You: I have a problem with my email',
    ]);
    await chat.page.reload();
    await chat.hears(/What is your email|Which email/);
    expect(await chat.transcript()).toEqual(live);
  });

  it('counts the characters of a long text and does not send a text that is too long', async () => {
    const chat = await openChat();
    await chat.box.fill('a'.repeat(7_499));
    expect(await chat.page.locator('#counter').textContent()).toBe('');
    await chat.say('a'.repeat(8_001));
    expect(await chat.page.locator('#counter').textContent()).toBe('8,001 of 8,000');
    expect(await chat.transcript()).toEqual([]);
    await chat.say('a'.repeat(8_000));
    await chat.hears(/./);
    expect(await chat.box.inputValue()).toBe('');
  });

  it.each([320, 375, 768])('fits on a screen that is %i pixels wide', async (width) => {
    const chat = await Chat.open(await newPerson({ viewport: { width, height: 640 } }), product.url, complaints);
    await chat.say('x'.repeat(300));
    await chat.hears(/./);
    const overflow = await chat.page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    const log = await chat.page.evaluate<number>(`(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(log)`);
    expect(log).toBeLessThanOrEqual(0);
  });
});
