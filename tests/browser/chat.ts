import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { findChromium } from '#testing';

const LAUNCH_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Launches a headless browser. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: findChromium(), args: LAUNCH_ARGUMENTS });

/** The chat page in a browser tab. */
export class Chat {
  readonly box: Locator;
  readonly typing: Locator;

  private constructor(readonly page: Page) {
    this.box = page.getByLabel('Your message');
    this.typing = page.locator('.typing');
  }

  static async open(context: BrowserContext, url: string, complaints: string[]): Promise<Chat> {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
    });
    await page.goto(url);
    const chat = new Chat(page);
    await chat.online();
    return chat;
  }

  async online(): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: 'Online' }).waitFor();
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press('Enter');
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true, disabled: false });
  }

  /** Waits until the newest message comes from the assistant and matches. */
  async hears(what: string | RegExp): Promise<void> {
    const newest = this.page.locator('.message').last();
    await newest.and(this.page.locator('.assistant:not(.typing)')).filter({ hasText: what }).waitFor();
  }

  /** All messages, as a screen reader reads them. */
  async transcript(): Promise<string[]> {
    return this.page.locator('.message:not(.typing)').allTextContents();
  }

  sessionId(): Promise<string> {
    return this.page.evaluate<string>(`JSON.parse(localStorage.getItem('helpdesk.session'))`);
  }
}
