/**
 * The conversation: turns with the numbers of the server, and messages that do not have a turn yet.
 *
 * @typedef {{ title: string, payload: string }} Choice
 * @typedef {Record<string, any>} Payload A message of the assistant in the format of the socket channel.
 * @typedef {'waiting' | 'unsent' | 'unanswered'} Fate
 * @typedef {{ id: string, text: string, title?: string, after: number, fate: Fate, isElsewhere?: boolean }} Outgoing
 *   A message that does not have a turn yet. `after` is the newest turn at the time of writing, and `title` is the title
 *   of the chosen button. With `isElsewhere`, another tab has sent it.
 * @typedef {{ number: number, at: Date, userText?: string, outgoing?: Outgoing, messages: Payload[],
 *   isCertain: boolean, isRepeated?: boolean }} Turn
 * @typedef {{ turn: number, at: string, userText?: string, messages: Payload[] }} PastTurn
 * @typedef {{ id: string, name: string, file: File, problem?: string, canRetry?: boolean }} Upload
 *   A file that is being uploaded. With `problem`, it was refused for this reason.
 * @typedef {{ key: string, content: string, build: () => HTMLElement }} Item
 */

import { choicesOf, friendly, isSame } from './payload.js';

/** The conversation without its display. */
export class Transcript {
  /** @type {Map<number, Turn>} */
  turns = new Map();
  /** @type {Outgoing[]} */
  outbox;
  /** All turns up to this one are complete. */
  settledThrough = 0;
  /** The latest text of the assistant without a turn, such as an apology. It is shown until the next turn. */
  notice = '';
  /** @type {Upload[]} */
  uploads = [];

  /**
   * @param {Outgoing[]} outbox messages that were unanswered before a reload
   * @param {Record<string, string>} titles titles of payloads that no button offered
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

  /** Removes refused files. They are shown until the next message. */
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
   * Adds a live message of a turn. A message has the number of its turn, but not its position in the turn, and the server
   * may deliver a turn again. The complete history resolves all cases that remain unclear.
   * @param {Payload} payload
   * @returns {boolean} whether the page must request the history
   */
  hear({ turn: number, ...message }) {
    const known = this.turns.get(number);
    if (!known) return this.#begin(number, message);
    if (number <= this.settledThrough || isSame(known.messages[0], message)) {
      // A repeated turn answers a message that was resent.
      const again = this.waiting.find(({ text }) => text === known.userText);
      if (again) this.drop(again);
      if (number <= this.settledThrough) return false;
      // If the first message is the same, the turn is delivered again, or the assistant repeats itself.
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
    // The server starts the next turn only after it has delivered the previous one completely.
    if (previous?.isCertain && previous.number === this.settledThrough + 1) this.settledThrough = previous.number;
    const isNext = number === this.newest + 1;
    const [outgoing] = this.waiting;
    // This turn may also answer a message that the page has given up.
    const isCertain = isNext && outgoing !== undefined && this.outbox.length === 1;
    /** @type {Turn} */
    const turn = { number, at: new Date(), messages: [message], isCertain };
    this.turns.set(number, turn);
    this.notice = '';
    if (isCertain) this.#answer(turn, outgoing);
    return !isCertain;
  }

  /**
   * Adds recorded turns of the server. They replace live messages.
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
   * The message of a person in a turn as readable text. For a payload, this is the title of its button, if there was one.
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
