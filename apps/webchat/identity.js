/**
 * Who is writing, as a signed token of the portal says from which the person came. It stands in the address of the page
 * (`#identity_token=…`) or is given by the page that embeds this one. Which pages may embed it is decided by the content
 * security policy, and whether a token is good by the gateway.
 */

import { stored } from './stored.js';

/**
 * Holds the token for as long as it is good. One of an address lies in the storage of the tab, as nobody could be asked
 * for it again after a reload; one of an embedding page in memory only.
 */
export class Identity {
  /** @type {string | undefined} */
  #token = remembered();
  #isTold = false;
  #mayAsk = true;

  /** @param {() => void} arrived is called when there is a new token to tell */
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

  /** A new connection knows nobody yet. */
  connected() {
    this.#isTold = false;
    this.#mayAsk = true;
    if (this.#token === undefined) this.#ask();
  }

  /** @returns {{ identity_token?: string }} what the next request for the session has to say of it, once a connection */
  toTell() {
    if (this.#token === undefined || this.#isTold) return {};
    this.#isTold = true;
    return { identity_token: this.#token };
  }

  /** The token is too old or wrong: the conversation goes on without, unless the embedding page has a better one. */
  refused() {
    this.#token = undefined;
    remember(null);
    this.#ask();
  }

  #ask() {
    if (!isEmbedded() || !this.#mayAsk) return;
    // Once a connection, so that an embedding page whose tokens are all wrong is not asked for ever.
    this.#mayAsk = false;
    // For whomever: it says nothing.
    window.parent.postMessage({ type: 'helpdesk.identity_wanted' }, '*');
  }
}

/** @param {string | null} token */
const remember = (token) => stored.write('sessionStorage', 'identity', token);

/** The token of the address, or else the one that this tab was opened with. */
function remembered() {
  const token = tokenOfAddress();
  if (token !== undefined) remember(token);
  return token ?? stored.read('sessionStorage', 'identity');
}

const isEmbedded = () => window.parent !== window;

/** Takes the token out of the address, where it could be copied, bookmarked or read in the history. */
function tokenOfAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('identity_token') ?? undefined;
  if (token !== undefined) window.history.replaceState(window.history.state, '', location.pathname + location.search);
  return token;
}
