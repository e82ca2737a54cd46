/** A tab's storage. */
class FakeStorage {
  readonly items = new Map<string, string>();
  isForbidden = false;

  getItem(name: string): string | null {
    this.check();
    return this.items.get(name) ?? null;
  }

  setItem(name: string, value: string): void {
    this.check();
    this.items.set(name, value);
  }

  private check(): void {
    if (this.isForbidden) throw new Error('The operation is insecure.');
  }
}

/** As much of a browser's window as the page's identity and storage know, put in the place of the real one. */
export class PageWindow extends EventTarget {
  readonly localStorage = new FakeStorage();
  readonly sessionStorage = new FakeStorage();
  readonly location = { hash: '', pathname: '/', search: '' };
  /** What the page said to the one that embeds it. */
  readonly told: unknown[] = [];
  readonly addresses: string[] = [];
  readonly history = {
    state: null,
    replaceState: (_state: unknown, _title: string, address: string) => {
      this.addresses.push(address);
      this.location.hash = '';
    },
  };
  parent: unknown = this;

  /** Puts this window into the global scope, as a browser does. */
  use(): this {
    Object.assign(globalThis, { window: this, location: this.location });
    return this;
  }

  embed(): { postMessage(data: unknown): void } {
    const parent = { postMessage: (data: unknown) => void this.told.push(data) };
    this.parent = parent;
    return parent;
  }

  /** Another window says something. */
  message(source: unknown, data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { source, data }));
  }

  navigate(hash: string): void {
    this.location.hash = hash;
    this.dispatchEvent(new Event('hashchange'));
  }
}
