/**
 * The chat page. It communicates with the gateway, stores the conversation in `Transcript` and shows it with `View`.
 *
 * @typedef {import('./transcript.js').Fate} Fate
 * @typedef {import('./transcript.js').Outgoing} Outgoing
 * @typedef {import('./transcript.js').PastTurn} PastTurn
 * @typedef {import('./transcript.js').Payload} Payload
 * @typedef {import('./transcript.js').Upload} Upload
 */

import { upload as send } from './files.js';
import { Identity } from './identity.js';
import { cleaned, fileSent, fileTitle } from './payload.js';
import { stored } from './stored.js';
import { Transcript } from './transcript.js';
import { View } from './view.js';

/** Longer than the time limit of the gateway, so that the message of the gateway arrives first. */
const ANSWER_LIMIT_MS = 40_000;
const HISTORY_LIMIT_MS = 5_000;
/** The number of files whose names are stored for the history. */
const MOST_TITLES = 50;

/** Communicates with the gateway: one session, its connection, and the messages in transit. */
class Chat {
  /** @type {any} */
  #socket = /** @type {any} */ (window).io({ reconnectionDelayMax: 4_000, autoConnect: false });
  #tabs = new window.BroadcastChannel('helpdesk');
  #identity = new Identity(() => this.#socket.connected && this.#ask());
  #isOnline = false;
  #wasOnline = false;
  #isLoaded = false;
  #isAsking = false;
  #mustAskAgain = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #askTimer;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #answerTimers = new Map();

  constructor() {
    const remembered = stored.read('localStorage', 'session');
    this.sessionId = remembered ?? newId();
    const outbox = remembered ? stored.read('sessionStorage', 'outbox') : undefined;
    this.transcript = new Transcript(outbox, stored.read('localStorage', 'titles'));
    this.#isLoaded = remembered === undefined;
    this.view = new View({
      say: (text, title) => this.#say({ id: newId(), text, ...(title && { title }) }),
      sayAgain: (id) => {
        const outgoing = this.transcript.find(id);
        if (outgoing) this.#say(outgoing);
      },
      attach: (files) => this.#attach(files),
      attachAgain: (id) => {
        const upload = this.transcript.uploads.find((each) => each.id === id);
        if (upload) void this.#upload(upload);
      },
      restart: () => this.#open(newId()),
    });
  }

  start() {
    stored.write('localStorage', 'session', this.sessionId);
    const socket = this.#socket;
    socket.on('connect', () => {
      this.#identity.connected();
      this.#ask();
    });
    socket.on('identity_refused', () => this.#identity.refused());
    socket.on('session_confirm', () => {
      this.#isOnline = this.#wasOnline = true;
      this.#show();
    });
    socket.on('session_history', (/** @type {{ turns: PastTurn[] }} */ { turns }) => this.#recall(turns));
    socket.on('bot_uttered', (/** @type {Payload} */ payload) => this.#hear(payload));
    socket.on('disconnect', (/** @type {string} */ reason) => {
      this.#offline();
      if (reason === 'io server disconnect') socket.connect();
    });
    this.#tabs.addEventListener('message', ({ data }) => this.#overhear(data));
    window.addEventListener('storage', ({ key }) => {
      const session = stored.read('localStorage', 'session');
      if (key === 'helpdesk.session' && session && session !== this.sessionId) this.#open(session);
    });
    this.#show();
    socket.connect();
  }

  /**
   * Changes to another conversation. Opens a new connection, because the old one would still receive the old conversation.
   * @param {string} sessionId
   */
  #open(sessionId) {
    this.#socket.disconnect();
    for (const timer of this.#answerTimers.values()) clearTimeout(timer);
    this.#answerTimers.clear();
    this.sessionId = sessionId;
    stored.write('localStorage', 'session', sessionId);
    this.transcript = new Transcript([], this.transcript.titles);
    this.#isLoaded = this.#wasOnline = false;
    this.#show();
    this.#socket.connect();
  }

  #offline() {
    this.#isOnline = this.#isAsking = false;
    clearTimeout(this.#askTimer);
    for (const outgoing of this.transcript.waiting) this.#giveUp(outgoing, 'unsent');
    this.#show();
  }

  /** Joins the session and requests all turns after the last one that is known completely. */
  #ask() {
    if (this.#isAsking) {
      this.#mustAskAgain = true;
      return;
    }
    this.#isAsking = true;
    this.#mustAskAgain = false;
    this.#socket.emit('session_request', {
      session_id: this.sessionId,
      last_turn: this.transcript.settledThrough,
      ...this.#identity.toTell(),
    });
    clearTimeout(this.#askTimer);
    this.#askTimer = setTimeout(() => {
      this.#isAsking = false;
      if (this.#socket.connected) this.#ask();
    }, HISTORY_LIMIT_MS);
  }

  /** @param {PastTurn[]} turns */
  #recall(turns) {
    clearTimeout(this.#askTimer);
    this.#isAsking = false;
    this.transcript.recall(turns);
    this.#show();
    this.#isLoaded = true;
    this.#show();
    if (this.#mustAskAgain) this.#ask();
  }

  /** @param {Payload} payload */
  #hear(payload) {
    if (Number.isInteger(payload['turn'])) {
      if (this.transcript.hear(payload)) this.#ask();
    } else if (typeof payload['text'] === 'string') {
      this.transcript.notice = payload['text'];
      const [first] = this.transcript.waiting;
      if (first) this.#giveUp(first, 'unanswered');
    }
    this.#show();
  }

  /**
   * Sends or resends a message. The server accepts each message id only once.
   * @param {{ id: string, text: string, title?: string }} message
   * @returns {boolean} false without a connection, in which case nothing is queued
   */
  #say({ id, text, title }) {
    if (!this.#isOnline || !this.#socket.connected) return false;
    this.#await({ id, text, ...(title && { title }) });
    this.#socket.emit('user_uttered', { message: text, session_id: this.sessionId, message_id: id });
    this.#tabs.postMessage({ sessionId: this.sessionId, id, text, title });
    this.#show();
    return true;
  }

  /** @param {File[]} files */
  #attach(files) {
    const { transcript } = this;
    const [file, ...others] = files;
    if (!file || !this.#isOnline) return;
    if (others.length === 0 && !transcript.isUploading) {
      void this.#upload({ id: newId(), name: cleaned(file.name), file });
      return;
    }
    // For each file, the assistant asks which incident it belongs to.
    transcript.notice = 'One file at a time, please. To send several files, put them in a ZIP archive.';
    this.#show();
  }

  /**
   * Uploads a file, and then sends the message about it.
   * @param {Upload} upload
   */
  async #upload({ id, name, file }) {
    const { transcript } = this;
    transcript.notice = '';
    transcript.uploads = [{ id, name, file }];
    this.#show();
    const outcome = await send(this.sessionId, file, (fraction) => this.view.progress(id, fraction));
    // If another conversation has started meanwhile, the file belongs to none.
    if (transcript !== this.transcript) return;
    if ('problem' in outcome) {
      transcript.uploads = [{ id, name, file, ...outcome }];
    } else {
      transcript.uploads = [];
      const message = { id, text: fileSent(outcome.fileId), title: fileTitle(name) };
      transcript.titles = Object.fromEntries(
        [...Object.entries(transcript.titles), [message.text, message.title]].slice(-MOST_TITLES),
      );
      stored.write('localStorage', 'titles', transcript.titles);
      if (!this.#say(message)) transcript.outbox.push({ ...message, after: transcript.newest, fate: 'unsent' });
    }
    this.#show();
  }

  /**
   * Shows a message that another tab has sent.
   * @param {{ sessionId: string, id: string, text: string, title?: string }} message
   */
  #overhear({ sessionId, id, text, title }) {
    if (sessionId !== this.sessionId) return;
    this.#await({ id, text, ...(title && { title }), isElsewhere: true });
    this.#show();
  }

  /** @param {{ id: string, text: string, title?: string, isElsewhere?: boolean }} message */
  #await(message) {
    const { transcript } = this;
    const known = transcript.find(message.id);
    const outgoing = known ?? { ...message, after: transcript.newest, fate: /** @type {Fate} */ ('waiting') };
    outgoing.fate = 'waiting';
    transcript.notice = '';
    transcript.dropRefusedUploads();
    if (!known) transcript.outbox.push(outgoing);
    clearTimeout(this.#answerTimers.get(outgoing.id));
    const giveUp = () => {
      if (!transcript.outbox.includes(outgoing)) return;
      this.#giveUp(outgoing, 'unanswered');
      this.#show();
    };
    this.#answerTimers.set(outgoing.id, setTimeout(giveUp, ANSWER_LIMIT_MS));
  }

  /**
   * @param {Outgoing} outgoing
   * @param {Fate} fate
   */
  #giveUp(outgoing, fate) {
    outgoing.fate = fate;
    // The tab that sent the message offers to resend it.
    if (outgoing.isElsewhere) this.transcript.drop(outgoing);
  }

  #show() {
    const own = this.transcript.outbox.filter(({ isElsewhere }) => !isElsewhere);
    stored.write(
      'sessionStorage',
      'outbox',
      own.map((outgoing) => ({ ...outgoing, fate: 'unsent' })),
    );
    const [isOnline, wasOnline, isLoaded] = [this.#isOnline, this.#wasOnline, this.#isLoaded];
    this.view.show(this.transcript, { isOnline, wasOnline, isLoaded });
  }
}

/** A random id. `crypto.randomUUID` does not exist on pages that are served over plain HTTP. */
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

new Chat().start();
