/**
 * The chat page. `Transcript` knows what was said, `View` shows it, `Chat` talks to the gateway and joins the two.
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
 * @typedef {{ key: string, content: string, build: () => HTMLElement }} Item
 */

const MAX_TEXT_LENGTH = 8_000;
const COUNT_FROM = 7_500;
/** Longer than the gateway waits for an answer, so that its own words come first. */
const ANSWER_LIMIT_MS = 40_000;
const HISTORY_LIMIT_MS = 5_000;
/** A pause after which the time is shown. */
const PAUSE_MS = 30 * 60_000;

/** What was said, without any display: turns as the server numbers them, and messages that have no turn yet. */
class Transcript {
  /** @type {Map<number, Turn>} */
  turns = new Map();
  /** @type {Outgoing[]} */
  outbox;
  /** Every turn up to this one is complete, as far as the server shows it. */
  settledThrough = 0;
  /** The assistant's latest words that belong to no turn, such as an excuse; they last until the next turn. */
  notice = '';

  /** @param {Outgoing[]} outbox what a reload left unanswered */
  constructor(outbox = []) {
    this.outbox = outbox;
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
    const [outgoing, ...others] = this.waiting;
    const isCertain = isNext && outgoing !== undefined && others.length === 0;
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
    return offered?.title ?? friendly(userText);
  }
}

/** The page's elements. It calls back with what the person does. */
class View {
  log = element('log');
  messages = element('messages');
  welcome = element('welcome');
  status = element('status');
  hint = element('hint');
  counter = element('counter');
  toNewest = element('newest');
  composer = element('composer');
  send = element('send');
  box = /** @type {HTMLTextAreaElement} */ (element('box'));
  confirm = /** @type {HTMLDialogElement} */ (element('confirm'));
  #hintText = this.hint.textContent;
  /** Whether the newest message was in sight, so that the next one shall be too. */
  #isFollowing = true;
  #isOnline = false;

  /**
   * @param {{ say: (text: string, title?: string) => boolean, sayAgain: (id: string) => void, restart: () => void }} on
   *   `say` returns whether the message was taken.
   */
  constructor(on) {
    this.on = on;
    this.composer.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener('keydown', (event) => {
      // While an input method composes a character, Enter belongs to it.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.box.addEventListener('input', () => this.#measure());
    this.toNewest.addEventListener('click', () => this.#scrollDown());
    this.log.addEventListener('scroll', () => {
      this.#isFollowing = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
      if (this.#isFollowing) this.toNewest.hidden = true;
    });
    // A keyboard that opens or a box that grows must not cover the last message.
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
   * @param {{ isOnline: boolean, wasOnline: boolean, isLoaded: boolean }} state `isLoaded`: all turns so far are known
   */
  show(transcript, { isOnline, wasOnline, isLoaded }) {
    const isFollowing = this.#isFollowing;
    const items = itemsOf(
      transcript,
      (id) => this.on.sayAgain(id),
      (text, title) => this.#choose(text, title),
    );
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
   * Makes the messages those of the items and touches only what changed: a screen reader reads what is inserted.
   * @param {Item[]} items
   * @param {boolean} isLive whether the new ones appear in front of the person's eyes
   * @returns {string[]} keys that are new
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
   * Makes one group of choices usable, and no other.
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
    // Writing the same again would be read aloud again.
    if (this.status.textContent !== text) this.status.textContent = text;
    this.hint.textContent = isOnline ? this.#hintText : 'Keep writing: you can send when we are connected.';
    this.hint.classList.toggle('usual', isOnline);
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
    // The button is gone or disabled now, so the focus needs a new place.
    if (!hasTouchKeyboard()) this.box.focus();
  }

  /** Fits the box to its text. */
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
 * Everything that the log shows, in order.
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

/** Talks to the gateway: one session, its connection, and the messages on their way. */
class Chat {
  /** @type {any} */
  #socket = /** @type {any} */ (window).io({ reconnectionDelayMax: 4_000, autoConnect: false });
  #tabs = new window.BroadcastChannel('helpdesk');
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
    this.transcript = new Transcript(remembered ? (stored.read('sessionStorage', 'outbox') ?? []) : []);
    this.#isLoaded = remembered === undefined;
    this.view = new View({
      say: (text, title) => this.#say({ id: newId(), text, ...(title && { title }) }),
      sayAgain: (id) => {
        const outgoing = this.transcript.find(id);
        if (outgoing) this.#say(outgoing);
      },
      restart: () => this.#open(newId()),
    });
  }

  start() {
    stored.write('localStorage', 'session', this.sessionId);
    const socket = this.#socket;
    socket.on('connect', () => this.#ask());
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
   * Leaves this conversation for another one. A new connection, as the old one would go on hearing the old conversation.
   * @param {string} sessionId
   */
  #open(sessionId) {
    this.#socket.disconnect();
    for (const timer of this.#answerTimers.values()) clearTimeout(timer);
    this.#answerTimers.clear();
    this.sessionId = sessionId;
    stored.write('localStorage', 'session', sessionId);
    this.transcript = new Transcript();
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

  /** Joins the session and asks what was said in it since the last turn that is known completely. */
  #ask() {
    if (this.#isAsking) {
      this.#mustAskAgain = true;
      return;
    }
    this.#isAsking = true;
    this.#mustAskAgain = false;
    this.#socket.emit('session_request', { session_id: this.sessionId, last_turn: this.transcript.settledThrough });
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
   * Sends a message, also once more: its id makes the server take it only once.
   * @param {{ id: string, text: string, title?: string }} message
   * @returns {boolean} false when there is no connection; nothing is queued
   */
  #say({ id, text, title }) {
    if (!this.#isOnline || !this.#socket.connected) return false;
    this.#await({ id, text, ...(title && { title }) });
    this.#socket.emit('user_uttered', { message: text, session_id: this.sessionId, message_id: id });
    this.#tabs.postMessage({ sessionId: this.sessionId, id, text, title });
    this.#show();
    return true;
  }

  /**
   * Another tab sent a message.
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
    // Its own tab offers to send it again.
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

// Building blocks of the log. Text from a chat becomes text nodes only.

/**
 * @param {string} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
function make(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/**
 * @param {string} text
 * @param {boolean} [isUnsure]
 */
const mine = (text, isUnsure = false) =>
  make('div', `message person${isUnsure ? ' unsure' : ''}`, make('span', 'unseen', 'You: '), text);

/**
 * @param {string} text
 * @param {string} [kind]
 */
const theirs = (text, kind = '') =>
  make('div', `message assistant ${kind}`, make('span', 'unseen', 'Assistant: '), ...withLinks(text));

const typing = () =>
  make(
    'div',
    'message assistant typing',
    make('span', 'unseen', 'The assistant is writing…'),
    make('i', ''),
    make('i', ''),
    make('i', ''),
  );

/**
 * @param {Fate} fate
 * @param {() => void} retry
 */
function problem(fate, retry) {
  const what = fate === 'unsent' ? 'Not sent – ' : 'No answer yet – ';
  const button = make('button', 'problem', what, make('span', '', 'try again'));
  button.addEventListener('click', retry);
  return button;
}

/**
 * @param {URL} address
 * @param {string} alt
 */
function picture(address, alt) {
  const image = document.createElement('img');
  image.alt = alt;
  image.loading = 'lazy';
  image.referrerPolicy = 'no-referrer';
  image.src = address.href;
  return make('div', 'message assistant picture', make('span', 'unseen', 'Assistant: '), image);
}

/**
 * @param {Choice[]} offered
 * @param {(payload: string, title: string) => void} choose
 */
function choices(offered, choose) {
  const buttons = offered.map(({ title, payload }) => {
    const button = /** @type {HTMLButtonElement} */ (make('button', 'choice', title));
    button.type = 'button';
    button.addEventListener('click', () => choose(payload, title));
    return button;
  });
  const group = make('div', 'choices', ...buttons);
  group.role = 'group';
  group.ariaLabel = 'Answers to choose from';
  moveWithArrows(group);
  return group;
}

/**
 * Lets the arrow keys walk through the buttons of a group.
 * @param {HTMLElement} group
 */
function moveWithArrows(group) {
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const buttons = [...group.querySelectorAll('button')];
    const place = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || place < 0) return;
    event.preventDefault();
    buttons.at((place + step) % buttons.length)?.focus();
  });
}

/**
 * A text with its web addresses as links.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
function withLinks(text) {
  return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?'()[\]{}])/i).map((part, index) => {
    const address = index % 2 === 1 ? webAddress(part) : undefined;
    if (!address) return part;
    const link = /** @type {HTMLAnchorElement} */ (make('a', '', part));
    link.href = address.href;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    return link;
  });
}

// Reading what the server sends.

/**
 * @param {unknown} value
 * @returns {URL | undefined} an http or https address
 */
function webAddress(value) {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const address = new URL(value);
  return ['http:', 'https:'].includes(address.protocol) ? address : undefined;
}

/**
 * @param {Payload} message
 * @returns {Record<string, any>[]} the cards of a `generic` template
 */
function elementsOf({ attachment }) {
  const elements = attachment?.payload?.elements;
  return Array.isArray(elements) ? elements.filter((card) => typeof card === 'object' && card !== null) : [];
}

/**
 * @param {Payload} message
 * @returns {Choice[]}
 */
function choicesOf(message) {
  const offered = [message, ...elementsOf(message)].flatMap(
    ({ quick_replies, buttons }) => quick_replies ?? buttons ?? [],
  );
  return offered.filter((each) => typeof each?.title === 'string' && typeof each.payload === 'string');
}

/**
 * A payload such as `/inform{"priority":"low"}` in words; any other text as it is.
 * @param {string} text
 */
function friendly(text) {
  const [, intent, json] = /^\/([\w.+-]+)(?:@[\d.]+)?\s*(\{[^]*\})?$/.exec(text) ?? [];
  if (!intent) return text;
  const words = intent.replaceAll(/[_.+-]+/g, ' ').trim();
  const details = detailsOf(json);
  if (details.length === 0) return words.charAt(0).toUpperCase() + words.slice(1);
  return details.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(', ');
}

/**
 * @param {string | undefined} json
 * @returns {[string, string][]}
 */
function detailsOf(json) {
  try {
    const details = Object.entries(JSON.parse(json ?? '{}'));
    return details.flatMap(([name, value]) => (typeof value === 'object' ? [] : [[name, String(value)]]));
  } catch {
    return [];
  }
}

/**
 * A text as the server takes it: without control characters, halves of characters, and space around it.
 * @param {string} text
 */
const cleaned = (text) =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r\u0080-\u009f]/gu, '')
    .trim();

/** @param {Date} at */
function timeText(at) {
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === new Date().toDateString()) return `Today ${time}`;
  return `${at.toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'long' })}, ${time}`;
}

// Small parts.

/** Whether focusing the box would open a keyboard on the screen. */
const hasTouchKeyboard = () => window.matchMedia('(pointer: coarse)').matches;

/**
 * @param {unknown} one
 * @param {unknown} other
 */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** A random id. `crypto.randomUUID` is missing on pages that come over plain HTTP. */
const newId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}.`);
  return found;
}

/** Values that outlive a reload. A browser may forbid storage; then the page works without. */
const stored = {
  /**
   * @param {'localStorage' | 'sessionStorage'} storage
   * @param {string} name
   */
  read(storage, name) {
    try {
      return JSON.parse(window[storage].getItem(`helpdesk.${name}`) ?? 'null') ?? undefined;
    } catch {
      return undefined;
    }
  },
  /**
   * @param {'localStorage' | 'sessionStorage'} storage
   * @param {string} name
   * @param {unknown} value
   */
  write(storage, name, value) {
    try {
      window[storage].setItem(`helpdesk.${name}`, JSON.stringify(value));
    } catch {
      // Kept for this page only.
    }
  },
};

new Chat().start();
