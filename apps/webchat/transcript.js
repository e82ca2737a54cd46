/**
 * What was said: turns as the server numbers them, and messages that have no turn yet.
 *
 * @typedef {{ title: string, payload: string }} Choice
 * @typedef {Record<string, any>} Payload One message of the assistant as the socket channel sends it.
 * @typedef {'waiting' | 'unsent' | 'unanswered'} Fate
 * @typedef {{ id: string, text: string, title?: string, after: number, fate: Fate, isElsewhere?: boolean }} Outgoing
 *   A message that no turn shows yet. `after` is the newest turn when it was written, `title` that of the chosen
 *   button; with `isElsewhere` another tab sent it.
 * @typedef {{ number: number, at: Date, userText?: string, outgoing?: Outgoing, messages: Payload[],
 *   isCertain: boolean, isRepeated?: boolean }} Turn
 * @typedef {{ turn: number, at: string, userText?: string, messages: Payload[] }} PastTurn
 * @typedef {{ id: string, name: string, file: File, problem?: string, canRetry?: boolean }} Upload
 *   A file on its way, or with `problem` one that was not taken, and why.
 * @typedef {{ key: string, content: string, build: () => HTMLElement }} Item
 */

import { choicesOf, friendly, isSame } from './payload.js';

/** What was said, without any display: turns as the server numbers them, and messages that have no turn yet. */
export class Transcript {
  /** @type {Map<number, Turn>} */
  turns = new Map();
  /** @type {Outgoing[]} */
  outbox;
  /** Every turn up to this one is complete, as far as the server shows it. */
  settledThrough = 0;
  /** The assistant's latest words that belong to no turn, such as an excuse; they last until the next turn. */
  notice = '';
  /** @type {Upload[]} */
  uploads = [];

  /**
   * @param {Outgoing[]} outbox what a reload left unanswered
   * @param {Record<string, string>} titles what payloads are called that no button offered
   */
  constructor(outbox = [], titles = {}) {
    this.outbox = outbox;
    this.titles = titles;
  }

  get newest() {
    return Math.max(0, ...this.turns.keys());
  }

  get inOrder() {
    return [...this.turns.values()].sort((a, b) => a.number - b.number);
  }

  get waiting() {
    return this.outbox.filter(({ fate }) => fate === 'waiting');
  }

  get isUploading() {
    return this.uploads.some(({ problem }) => problem === undefined);
  }

  /** Files that were not taken are shown until something else is said. */
  dropRefusedUploads() {
    this.uploads = this.uploads.filter(({ problem }) => problem === undefined);
  }

  /** @param {string} id */
  find(id) {
    return this.outbox.find((outgoing) => outgoing.id === id);
  }

  /** @param {Outgoing} outgoing */
  drop(outgoing) {
    this.outbox = this.outbox.filter((other) => other !== outgoing);
  }

  /**
   * Takes one live message of a turn. Messages carry their turn's number but not their place in it, and a turn may be
   * delivered again; so whatever live delivery alone cannot decide is left to the history, which is complete.
   * @param {Payload} payload
   * @returns {boolean} whether the history must be asked for
   */
  hear({ turn: number, ...message }) {
    const known = this.turns.get(number);
    if (!known) return this.#begin(number, message);
    if (number <= this.settledThrough || isSame(known.messages[0], message)) {
      // A repeated turn answers a message that was sent again.
      const again = this.waiting.find(({ text }) => text === known.userText);
      if (again) this.drop(again);
      if (number <= this.settledThrough) return false;
      // The same words at its beginning: the turn once more, or an assistant that repeats itself.
      known.isRepeated = true;
      known.isCertain = false;
      return true;
    }
    if (!known.isRepeated) known.messages.push(message);
    return false;
  }

  /**
   * @param {number} number
   * @param {Payload} message
   */
  #begin(number, message) {
    const previous = this.turns.get(number - 1);
    // The next turn begins only after all of the last one was delivered.
    if (previous?.isCertain && previous.number === this.settledThrough + 1) this.settledThrough = previous.number;
    const isNext = number === this.newest + 1;
    const [outgoing] = this.waiting;
    // One that was given up may be what is answered here.
    const isCertain = isNext && outgoing !== undefined && this.outbox.length === 1;
    /** @type {Turn} */
    const turn = { number, at: new Date(), messages: [message], isCertain };
    this.turns.set(number, turn);
    this.notice = '';
    if (isCertain) this.#answer(turn, outgoing);
    return !isCertain;
  }

  /**
   * Takes turns as the server recorded them; they replace what was heard live.
   * @param {PastTurn[]} past
   */
  recall(past) {
    for (const { turn: number, at, userText, messages } of past) {
      const heard = this.turns.get(number);
      if (!heard) this.notice = '';
      /** @type {Turn} */
      const turn = { number, at: new Date(at), messages, isCertain: true, ...(userText !== undefined && { userText }) };
      const mine = heard?.outgoing;
      if (mine && mine.text === userText) turn.outgoing = mine;
      else if (mine) this.outbox.unshift(mine);
      this.turns.set(number, turn);
      if (turn.outgoing || userText === undefined) continue;
      const candidates = this.outbox.filter(({ text, after }) => text === userText && after < number);
      const outgoing = candidates.find(({ fate }) => fate === 'waiting') ?? candidates[0];
      if (outgoing) this.#answer(turn, outgoing);
    }
    this.settledThrough = Math.max(this.settledThrough, past.at(-1)?.turn ?? 0);
    if (this.outbox.length === 0) this.notice = '';
  }

  /**
   * @param {Turn} turn
   * @param {Outgoing} outgoing
   */
  #answer(turn, outgoing) {
    turn.outgoing = outgoing;
    turn.userText = outgoing.text;
    this.drop(outgoing);
  }

  /** The choices that the newest turn offers, or `undefined`. */
  get openChoices() {
    const turn = this.turns.get(this.newest);
    const place = turn?.messages.findLastIndex((message) => choicesOf(message).length > 0) ?? -1;
    return place < 0 || this.waiting.length > 0 ? undefined : `choices-${this.newest}-${place}`;
  }

  /**
   * What a person said in a turn, in words: for a payload the title of the button that offered it, if there was one.
   * @param {Turn} turn
   */
  wordsOf({ number, userText = '', outgoing }) {
    if (outgoing?.title) return outgoing.title;
    const offered = this.inOrder
      .filter((turn) => turn.number < number)
      .flatMap(({ messages }) => messages.flatMap(choicesOf))
      .findLast(({ payload }) => payload === userText);
    return offered?.title ?? this.titles[userText] ?? friendly(userText);
  }
}
