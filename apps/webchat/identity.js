/**
 * The identity of the person, as a signed token of a portal. The token is in the address of the page
 * (`#identity_token=…`), or the page that embeds this one sends it. The content security policy decides which pages may
 * embed this one. The gateway verifies the token.
 */

import { stored } from './stored.js';

/**
 * Stores the token until the gateway refuses it. A token from the address is also in the storage of the tab, because
 * nobody can provide it again after a reload. A token from an embedding page is only in memory.
 */
export class Identity {
  /** @type {string | undefined} */
  #token = remembered();
  #isTold = false;
  #mayAsk = true;

  /** @param {() => void} arrived is called when there is a new token to send */
  constructor(arrived) {
    const take = (/** @type {unknown} */ token) => {
      if (typeof token !== 'string' || token === '') return;
      this.#token = token;
      this.#isTold = false;
      arrived();
    };
    window.addEventListener('hashchange', () => take(remembered()));
    window.addEventListener('message', ({ source, data }) => {
      if (isEmbedded() && source === window.parent && data?.type === 'helpdesk.identity') take(data.token);
    });
  }

  /** Call this for each new connection, which does not have the token yet. */
  connected() {
    this.#isTold = false;
    this.#mayAsk = true;
    if (this.#token === undefined) this.#ask();
  }

  /** @returns {{ identity_token?: string }} the token for the next session request; at most once per connection */
  toTell() {
    if (this.#token === undefined || this.#isTold) return {};
    this.#isTold = true;
    return { identity_token: this.#token };
  }

  /** Call this when the gateway has refused the token. The embedding page may then send another one. */
  refused() {
    this.#token = undefined;
    remember(null);
    this.#ask();
  }

  #ask() {
    if (!isEmbedded() || !this.#mayAsk) return;
    // The page asks only once per connection, so that it does not ask forever if all tokens are invalid.
    this.#mayAsk = false;
    // Any page may receive this message, because it contains no data.
    window.parent.postMessage({ type: 'helpdesk.identity_wanted' }, '*');
  }
}

/** @param {string | null} token */
const remember = (token) => stored.write('sessionStorage', 'identity', token);

/** The token in the address, or else the token with which this tab was opened. */
function remembered() {
  const token = tokenOfAddress();
  if (token !== undefined) remember(token);
  return token ?? stored.read('sessionStorage', 'identity');
}

const isEmbedded = () => window.parent !== window;

/** Removes the token from the address, where people could copy or bookmark it, or find it in the history. */
function tokenOfAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('identity_token') ?? undefined;
  if (token !== undefined) window.history.replaceState(window.history.state, '', location.pathname + location.search);
  return token;
}
