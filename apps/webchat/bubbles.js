/**
 * The elements of the log. They consist only of text nodes, so no part of a message can become markup.
 *
 * @typedef {import('./transcript.js').Choice} Choice
 * @typedef {import('./transcript.js').Fate} Fate
 */

/**
 * @param {string} tag
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function make(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/**
 * @param {string} text
 * @param {boolean} [isUnsure]
 */
export const mine = (text, isUnsure = false) =>
  make('div', `message person${isUnsure ? ' unsure' : ''}`, make('span', 'unseen', 'You: '), text);

/**
 * @param {string} text
 * @param {string} [kind]
 */
export const theirs = (text, kind = '') =>
  make('div', `message assistant ${kind}`, make('span', 'unseen', 'Assistant: '), ...withLinks(text));

export const typing = () =>
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
export function problem(fate, retry) {
  const what = fate === 'unsent' ? 'Not sent – ' : 'No answer yet – ';
  const button = make('button', 'problem', what, make('span', '', 'try again'));
  button.addEventListener('click', retry);
  return button;
}

/** @param {string} name name of a file that is being uploaded */
export function progress(name) {
  const bar = document.createElement('progress');
  bar.ariaLabel = `Sending ${name}`;
  return make('div', 'progress', bar);
}

/**
 * @param {URL} address
 * @param {string} alt
 */
export function picture(address, alt) {
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
export function choices(offered, choose) {
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
 * Lets people move between the buttons of a group with the arrow keys.
 * @param {HTMLElement} group
 */
export function moveWithArrows(group) {
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
 * Converts a text to nodes, with web addresses as links.
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

/**
 * @param {unknown} value
 * @returns {URL | undefined} an http or https address
 */
export function webAddress(value) {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const address = new URL(value);
  return ['http:', 'https:'].includes(address.protocol) ? address : undefined;
}
