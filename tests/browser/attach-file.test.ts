/** Files and identity tokens in the chat page, tested with the local desk. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { type Browser, type BrowserContext } from 'playwright-core';
import { freePort } from '#testing';
import { Chat, launchBrowser } from './chat.js';
import { Product } from './product.js';

const SECRET = 'a secret that the portal shares with the helpdesk';
const LIMIT = 200_000;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let product: Product;
let browser: Browser;
let files: string;
let deskUrl: string;
/** A page of another origin that embeds the chat and sends it a token on request. */
let portal: Server;
let portalUrl: string;
const contexts: BrowserContext[] = [];
const complaints: string[] = [];

const tokenFor = (email: string, issuedAt = Math.floor(Date.now() / 1_000)): Promise<string> =>
  new SignJWT({ email })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience('helpdesk')
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 240)
    .sign(new TextEncoder().encode(SECRET));

const newPerson = async (): Promise<BrowserContext> => {
  const context = await browser.newContext({ viewport: { width: 1000, height: 760 } });
  context.setDefaultTimeout(60_000);
  contexts.push(context);
  return context;
};

const openChat = async (fragment = ''): Promise<Chat> =>
  Chat.open(await newPerson(), product.url + fragment, complaints);

const fileOf = async (name: string, content: Buffer | string): Promise<string> => {
  const path = join(files, name);
  await writeFile(path, content);
  return path;
};

async function choose(chat: Chat, ...paths: string[]): Promise<void> {
  const chooser = chat.page.waitForEvent('filechooser');
  await chat.button('Attach a file').click();
  await (await chooser).setFiles(paths);
}

/** Removes the browser's own messages about rejected requests. */
const forgetRefusals = (): void => {
  const others = complaints.splice(0).filter((complaint) => !/Failed to load resource/.test(complaint));
  complaints.push(...others);
};

/** Opens an incident and returns its number. */
async function report(chat: Chat, email?: string): Promise<string> {
  await chat.say('I have a problem with my email');
  if (email !== undefined) {
    await chat.hears(/email address|Which email/);
    await chat.say(email);
  }
  await chat.hears(/urgent/);
  await chat.button('low').click();
  await chat.hears(/problem/);
  await chat.say('The inbox stays empty.');
  await chat.hears('Shall I open an incident');
  await chat.button('Yes').click();
  await chat.hears(/INC\d+/);
  return /INC\d+/.exec((await chat.transcript()).join())?.[0] ?? '';
}

const atDesk = async (
  number: string,
): Promise<{ caller: string; files: { id: number; name: string; type: string }[] }> =>
  (await fetch(`${deskUrl}/desk/incidents/${number}`)).json() as never;

beforeAll(async () => {
  portal = createServer((_, response) => {
    void tokenFor('portal.person@example.com').then((token) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>Portal</title><iframe src="${product.url}" width="900" height="700"></iframe>
        <script>
          const chat = document.querySelector('iframe').contentWindow;
          addEventListener('message', ({ source, data }) => {
            if (source !== chat || data.type !== 'helpdesk.identity_wanted') return;
            chat.postMessage({ type: 'helpdesk.identity', token: '${token}' }, '${product.url}');
          });
        </script>`);
    });
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalUrl = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  files = await mkdtemp(join(tmpdir(), 'helpdesk-files-'));
  const incidentPort = await freePort();
  deskUrl = `http://127.0.0.1:${incidentPort}`;
  product = await Product.start({
    INCIDENT_BACKEND: 'local-desk',
    INCIDENT_PORT: String(incidentPort),
    MAX_FILE_BYTES: String(LIMIT),
    IDENTITY_SECRET: SECRET,
    CORS_ORIGINS: portalUrl,
  });
  browser = await launchBrowser();
});

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(async () => {
  await browser?.close();
  portal?.close();
  await product?.stop();
  await rm(files, { recursive: true, force: true });
});

describe('A file in the chat page', () => {
  it('is attached with the paper clip, and its name is shown even after a reload', async () => {
    const chat = await openChat();
    const number = await report(chat, 'anna.berg@example.com');
    await choose(chat, await fileOf('screen shot ü.png', PNG));
    await chat.page.locator('.person', { hasText: '📎 screen shot ü.png' }).waitFor();
    await chat.hears('the address you gave last time');
    await chat.button('Yes').click();
    await chat.hears(`The file is attached to ${number}`);
    // The frame must not scroll, even in a long conversation.
    const overflow = `(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.chat'))`;
    expect(await chat.page.evaluate<number>(overflow)).toBe(0);
    const said = await chat.transcript();
    expect(await atDesk(number)).toMatchObject({ files: [{ name: 'screen shot ü.png', type: 'image/png' }] });
    await chat.page.reload();
    await chat.hears(`The file is attached to ${number}`);
    expect(await chat.transcript()).toEqual(said);
  });

  it('can be chosen with the keyboard, dropped on the page or pasted into the box', async () => {
    const chat = await openChat();
    const { page } = chat;
    const sent = (name: string): Promise<void> => page.locator('.person', { hasText: `📎 ${name}` }).waitFor();
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.ariaLabel')).toBe('Attach a file');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles(await fileOf('by-keyboard.png', PNG));
    await sent('by-keyboard.png');
    await chat.hears(/./);
    const hand = (event: string, transfer: string, name: string): Promise<void> =>
      page.evaluate(`{
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array([1, 2, 3])], '${name}', { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true, ${transfer}: data };
        document.querySelector('#box').dispatchEvent(new ${event}, options));
      }`);
    await hand(`DragEvent('drop'`, 'dataTransfer', 'dropped.png');
    await sent('dropped.png');
    await chat.hears(/./);
    await hand(`ClipboardEvent('paste'`, 'clipboardData', 'pasted.png');
    await sent('pasted.png');
    await chat.hears(/./);
  });

  it('is rejected if it is too large or of the wrong type, and the reason is shown until the next message', async () => {
    const chat = await openChat();
    await choose(chat, await fileOf('large.png', Buffer.alloc(LIMIT + 1)));
    await chat.hears('up to 0.2 MB');
    await choose(chat, await fileOf('setup.exe', 'MZ'));
    await chat.hears('Files of this type are not supported');
    expect(await chat.transcript()).toHaveLength(2);
    expect(await chat.page.getByText('try again').count()).toBe(0);
    await chat.say('hello');
    await chat.hears(/Open an incident/);
    expect((await chat.transcript()).join()).not.toContain('setup.exe');
    forgetRefusals();
  });

  it('must be sent alone', async () => {
    const chat = await openChat();
    await chat.page.evaluate(`{
      const data = new DataTransfer();
      for (const name of ['a.png', 'b.png']) data.items.add(new File(['x'], name, { type: 'image/png' }));
      const options = { bubbles: true, cancelable: true, dataTransfer: data };
      document.querySelector('#log').dispatchEvent(new DragEvent('drop', options));
    }`);
    await chat.hears('One file at a time');
  });

  it('can be resent with a click if sending failed', async () => {
    const chat = await openChat();
    await chat.page.route('**/webhooks/files/**', (route) => route.abort(), { times: 1 });
    await choose(chat, await fileOf('again.png', PNG));
    await chat.page.getByText('could not be sent').waitFor();
    await chat.button('Not sent – try again').click();
    await chat.page.locator('.person:not(.unsure)', { hasText: '📎 again.png' }).waitFor();
    await chat.hears(/address/);
    forgetRefusals();
  });
});

describe('The identity of the person', () => {
  it('comes from the token in the page address, which is removed from the address, and no email address is asked for', async () => {
    const chat = await openChat(`#identity_token=${await tokenFor('ann@example.com')}`);
    expect(await chat.page.evaluate<string>('location.href')).toBe(`${product.url}/`);
    const number = await report(chat);
    expect(await atDesk(number)).toMatchObject({ caller: 'ann@example.com' });
    await chat.say('what is the status of my incidents?');
    await chat.hears(number);
  });

  it('is kept after a reload, but not shared with other tabs', async () => {
    const chat = await openChat(`#identity_token=${await tokenFor('ann@example.com')}`);
    await chat.page.reload();
    await chat.online();
    await chat.say('open an incident');
    await chat.hears(/urgent/);
    expect(await chat.page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('identity');
  });

  it('stays unknown if the token is too old, and the page works as it does without a token', async () => {
    const chat = await openChat(`#identity_token=${await tokenFor('ann@example.com', 1_700_000_000)}`);
    await chat.say('open an incident');
    await chat.hears(/email/);
    expect(await chat.page.locator('.notice').count()).toBe(0);
  });

  it('comes from the page that embeds the chat', async () => {
    const page = await (await newPerson()).newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(portalUrl);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('status').filter({ hasText: 'Online' }).waitFor();
    await frame.getByLabel('Your message').fill('open an incident');
    await frame.getByLabel('Your message').press('Enter');
    await frame.locator('.assistant', { hasText: /urgent/ }).waitFor();
    expect(await frame.locator('.assistant', { hasText: /email/ }).count()).toBe(0);
  });

  it('cannot come from a page that is not allowed to embed the chat', async () => {
    const page = await (await newPerson()).newPage();
    await page.goto(portalUrl.replace('127.0.0.1', 'localhost'));
    const refused = page.waitForEvent('console', (line) => line.text().includes('frame-ancestors'));
    await page.reload();
    await refused;
    expect(await page.frameLocator('iframe').getByLabel('Your message').count()).toBe(0);
  });
});
