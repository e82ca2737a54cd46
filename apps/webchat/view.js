/**
 * Shows a transcript in the log, and updates the parts of the page around it.
 *
 * @typedef {import('./transcript.js').Transcript} Transcript
 * @typedef {import('./transcript.js').Item} Item
 * @typedef {import('./transcript.js').Payload} Payload
 */

import {
  choices,
  make,
  mine,
  moveWithArrows,
  picture,
  problem,
  progress,
  theirs,
  typing,
  webAddress,
} from './bubbles.js';
import { watchFiles } from './files.js';
import { choicesOf, cleaned, elementsOf, fileTitle, friendly, timeText } from './payload.js';

const MAX_TEXT_LENGTH = 8_000;
const COUNT_FROM = 7_500;
/** The page shows the time after a pause of this length. */
const PAUSE_MS = 30 * 60_000;

/** The elements of the page. Reports the actions of the person through callbacks. */
export class View {
  log = element('log');
  messages = element('messages');
  welcome = element('welcome');
  status = element('status');
  hint = element('hint');
  counter = element('counter');
  toNewest = element('newest');
  composer = element('composer');
  send = element('send');
  attach = element('attach');
  box = /** @type {HTMLTextAreaElement} */ (element('box'));
  confirm = /** @type {HTMLDialogElement} */ (element('confirm'));
  #hintText = this.hint.textContent;
  /** Whether the newest message was visible. If so, the page scrolls to the next one. */
  #isFollowing = true;
  #isOnline = false;

  /**
   * @param {{
   *   say: (text: string, title?: string) => boolean,
   *   sayAgain: (id: string) => void,
   *   attach: (files: File[]) => void,
   *   attachAgain: (id: string) => void,
   *   restart: () => void,
   * }} on callbacks; `say` returns whether the message was accepted
   */
  constructor(on) {
    this.on = on;
    this.composer.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener('keydown', (event) => {
      // While an input method composes a character, Enter confirms the character.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener('input', () => this.#measure());
    const input = /** @type {HTMLInputElement} */ (element('file'));
    const area = /** @type {HTMLElement} */ (this.composer.parentElement);
    watchFiles({ button: this.attach, input, box: this.box, area }, on.attach);
    this.toNewest.addEventListener('click', () => this.#scrollDown());
    this.log.addEventListener('scroll', () => {
      this.#isFollowing = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
      if (this.#isFollowing) this.toNewest.hidden = true;
    });
    // An opening keyboard or a growing box must not cover the last message.
    new window.ResizeObserver(() => this.#isFollowing && this.#scrollDown()).observe(this.log);
    const examples = element('examples');
    moveWithArrows(examples);
    examples.addEventListener('click', ({ target }) => {
      if (target instanceof window.HTMLButtonElement) this.#choose(target.textContent ?? '');
    });
    element('restart').addEventListener('click', () => {
      this.confirm.returnValue = '';
      this.confirm.showModal();
    });
    this.confirm.addEventListener('close', () => {
      if (this.confirm.returnValue !== 'restart') return;
      on.restart();
      this.box.focus();
    });
    if (!hasTouchKeyboard()) this.box.focus();
  }

  /**
   * @param {Transcript} transcript
   * @param {{ isOnline: boolean, wasOnline: boolean, isLoaded: boolean }} state `isLoaded` is true if all turns so far are known
   */
  show(transcript, { isOnline, wasOnline, isLoaded }) {
    const isFollowing = this.#isFollowing;
    const items = itemsOf(
      transcript,
      (id) => this.on.sayAgain(id),
      (text, title) => this.#choose(text, title),
    );
    items.push(...itemsOfUploads(transcript, this.on.attachAgain));
    this.log.ariaBusy = String(!isLoaded);
    this.welcome.hidden = !isLoaded || items.length > 0;
    const added = this.#arrange(items, isLoaded);
    this.#open(isOnline ? transcript.openChoices : undefined);
    for (const button of this.messages.querySelectorAll('.problem')) button.ariaDisabled = String(!isOnline);
    this.#tell(isOnline, wasOnline);
    if (isFollowing || added.some((key) => key.startsWith('mine-'))) this.#scrollDown();
    else if (added.length > 0) this.toNewest.hidden = false;
  }

  /**
   * Shows the progress of an upload without announcing each step to screen readers.
   * @param {string} id
   * @param {number} fraction
   */
  progress(id, fraction) {
    const bar = this.messages.querySelector(`[data-key="progress-${id}"] progress`);
    if (bar instanceof window.HTMLProgressElement) bar.value = fraction;
  }

  /**
   * Updates the messages to match the items. Changes only what differs, because screen readers read inserted elements.
   * @param {Item[]} items
   * @param {boolean} isLive whether the new items appear while the person watches
   * @returns {string[]} the keys of the new items
   */
  #arrange(items, isLive) {
    const old = new Map(
      [...this.messages.children].map((node) => [/** @type {HTMLElement} */ (node).dataset.key, node]),
    );
    /** @type {string[]} */
    const added = [];
    /** @type {Element | null} */
    let place = this.messages.firstElementChild;
    for (const { key, content, build } of items) {
      let node = /** @type {HTMLElement | undefined} */ (old.get(key));
      old.delete(key);
      if (node?.dataset.content !== content) {
        const fresh = build();
        Object.assign(fresh.dataset, { key, content });
        if (node === undefined) added.push(key);
        if (node === undefined && isLive) fresh.classList.add('new');
        if (place === node) place = node?.nextElementSibling ?? place;
        node?.remove();
        node = fresh;
      }
      if (node === place) place = node.nextElementSibling;
      else this.messages.insertBefore(node, place);
    }
    for (const node of old.values()) node.remove();
    return added;
  }

  /**
   * Enables one group of choices and disables all others.
   * @param {string | undefined} key
   */
  #open(key) {
    for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (this.messages.querySelectorAll('.choice'))) {
      button.disabled = /** @type {HTMLElement} */ (button.parentElement).dataset.key !== key;
    }
  }

  /**
   * @param {boolean} isOnline
   * @param {boolean} wasOnline
   */
  #tell(isOnline, wasOnline) {
    const [state, text] = isOnline
      ? ['online', 'Online']
      : wasOnline
        ? ['offline', 'Not connected, reconnecting…']
        : ['connecting', 'Connecting…'];
    this.status.dataset.state = state;
    // Screen readers would read the same text again.
    if (this.status.textContent !== text) this.status.textContent = text;
    this.hint.textContent = isOnline
      ? this.#hintText
      : 'You can keep writing, and send your message when the connection is back.';
    this.hint.classList.toggle('usual', isOnline);
    this.attach.ariaDisabled = String(!isOnline);
    this.#isOnline = isOnline;
    this.#measure();
  }

  #submit() {
    const text = cleaned(this.box.value);
    if (text === '' || text.length > MAX_TEXT_LENGTH || !this.on.say(text)) return;
    this.box.value = '';
    this.#measure();
  }

  /**
   * @param {string} text
   * @param {string} [title]
   */
  #choose(text, title) {
    if (!this.on.say(text, title)) return;
    // The button is now removed or disabled, so the focus must move.
    if (!hasTouchKeyboard()) this.box.focus();
  }

  /** Adjusts the height of the box to its text. */
  #measure() {
    const { length } = cleaned(this.box.value);
    this.box.style.height = 'auto';
    this.box.style.height = `${this.box.scrollHeight}px`;
    const isOver = length > MAX_TEXT_LENGTH;
    const count = `${length.toLocaleString('en')} of ${MAX_TEXT_LENGTH.toLocaleString('en')}`;
    this.counter.textContent = length >= COUNT_FROM ? count : '';
    this.counter.classList.toggle('over', isOver);
    this.box.ariaInvalid = String(isOver);
    this.send.ariaDisabled = String(!this.#isOnline || isOver || length === 0);
  }

  #scrollDown() {
    this.log.scrollTop = this.log.scrollHeight;
    this.toNewest.hidden = true;
  }
}

/**
 * All items of the log in order.
 * @param {Transcript} transcript
 * @param {(id: string) => void} sayAgain
 * @param {(payload: string, title: string) => void} choose
 * @returns {Item[]}
 */
function itemsOf(transcript, sayAgain, choose) {
  /** @type {Item[]} */
  const items = [];
  let before = 0;
  for (const turn of transcript.inOrder) {
    const { number, at, userText, outgoing, messages } = turn;
    const time = timeText(at);
    if (at.getTime() - before > PAUSE_MS) {
      items.push({ key: `time-${number}`, content: time, build: () => make('p', 'time', time) });
    }
    before = at.getTime();
    if (userText !== undefined) {
      const text = transcript.wordsOf(turn);
      items.push({ key: outgoing ? `mine-${outgoing.id}` : `said-${number}`, content: text, build: () => mine(text) });
    }
    messages.forEach((message, place) => items.push(...itemsOfMessage(message, `${number}-${place}`, choose)));
  }
  for (const { id, text, title, fate, isElsewhere } of transcript.outbox) {
    const words = title ?? friendly(text);
    const isSure = fate === 'waiting';
    items.push({ key: `mine-${id}`, content: isSure ? words : `${fate}: ${words}`, build: () => mine(words, !isSure) });
    if (isSure || isElsewhere) continue;
    items.push({ key: `problem-${id}`, content: fate, build: () => problem(fate, () => sayAgain(id)) });
  }
  const { notice, waiting } = transcript;
  if (notice) items.push({ key: 'notice', content: notice, build: () => theirs(notice, 'notice') });
  if (waiting.length > 0) items.push({ key: 'typing', content: '', build: typing });
  return items;
}

/**
 * Files that are being uploaded, and refused files. A file has the same id as its later message, so it keeps its bubble.
 * @param {Transcript} transcript
 * @param {(id: string) => void} attachAgain
 * @returns {Item[]}
 */
function itemsOfUploads({ uploads }, attachAgain) {
  return uploads.flatMap(({ id, name, problem: reason, canRetry }) => {
    const words = fileTitle(name);
    if (reason === undefined)
      return [
        { key: `mine-${id}`, content: words, build: () => mine(words) },
        { key: `progress-${id}`, content: '', build: () => progress(name) },
      ];
    const items = [
      { key: `mine-${id}`, content: `refused: ${words}`, build: () => mine(words, true) },
      { key: `refusal-${id}`, content: reason, build: () => theirs(reason, 'notice') },
    ];
    const again = () => problem('unsent', () => attachAgain(id));
    return canRetry ? [...items, { key: `problem-${id}`, content: '', build: again }] : items;
  });
}

/**
 * @param {Payload} message
 * @param {string} place
 * @param {(payload: string, title: string) => void} choose
 * @returns {Item[]}
 */
function itemsOfMessage(message, place, choose) {
  const content = JSON.stringify(message);
  const { text, attachment } = message;
  /** @type {Item[]} */
  const items = [];
  if (typeof text === 'string' && text.trim()) {
    items.push({ key: `text-${place}`, content: text, build: () => theirs(text.trim()) });
  }
  const source = attachment?.payload?.src ?? attachment?.payload?.url;
  const address = webAddress(source);
  if (address?.protocol === 'https:' && attachment?.type === 'image') {
    const alt = attachment.payload.alt ?? attachment.payload.title ?? 'Picture from the assistant';
    items.push({ key: `picture-${place}`, content, build: () => picture(address, String(alt)) });
  } else if (address) {
    items.push({ key: `file-${place}`, content, build: () => theirs(address.href) });
  }
  elementsOf(message).forEach((card, index) => {
    const [title, subtitle] = [card.title, card.subtitle].map((part) => (typeof part === 'string' ? part : ''));
    if (!title && !subtitle) return;
    const build = () => {
      const node = theirs(subtitle ?? '', 'card');
      node.querySelector('.unseen')?.after(make('strong', '', title ?? ''));
      return node;
    };
    items.push({ key: `card-${place}-${index}`, content, build });
  });
  const offered = choicesOf(message);
  if (offered.length > 0) items.push({ key: `choices-${place}`, content, build: () => choices(offered, choose) });
  return items;
}

/** Whether focusing the box opens an on-screen keyboard. */
const hasTouchKeyboard = () => window.matchMedia('(pointer: coarse)').matches;

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}.`);
  return found;
}
