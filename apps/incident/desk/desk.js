/** The desk's page: shows incidents and passes on what the desk decides. All texts of people are set as text. */

const REFRESH_MS = 5_000;

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));
const [rows, search, notice, incident, change, comment, login, me] = [
  'rows',
  'search',
  'notice',
  'incident',
  'change',
  'comment',
  'login',
  'me',
].map(byId);

/** @type {string | undefined} Number of the incident that is shown. */
let shown = decodeURIComponent(location.hash.slice(1)) || undefined;
/** @type {string} What the form shows, so that a refresh overwrites nothing that somebody is changing. */
let formState = '';

me.value = localStorage.getItem('desk.me') ?? 'IT';
me.addEventListener('change', () => localStorage.setItem('desk.me', me.value));

/**
 * Calls the desk's API; asks for the token when it is wanted.
 * @param {string} path
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function call(path, init = {}) {
  const token = sessionStorage.getItem('desk.token');
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(init.body && { 'content-type': 'application/json' }),
  };
  const response = await fetch(`/desk/incidents${path}`, { ...init, headers });
  if (response.status === 401) {
    await askToken();
    return call(path, init);
  }
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body = isJson ? await response.json() : await response.blob();
  if (!response.ok) throw new Error(isJson ? body.detail : `The desk answered ${response.status}.`);
  return body;
}

function askToken() {
  if (!login.open) login.showModal();
  return new Promise((resolve) =>
    login.addEventListener(
      'close',
      () => {
        sessionStorage.setItem('desk.token', login.querySelector('input').value);
        resolve(undefined);
      },
      { once: true },
    ),
  );
}

/** @param {() => Promise<void>} work */
async function guard(work) {
  try {
    await work();
    notice.hidden = true;
  } catch (error) {
    notice.textContent = error instanceof TypeError ? 'The desk cannot be reached.' : String(error.message);
    notice.hidden = false;
  }
}

/**
 * @param {string} name
 * @param {string} [text]
 * @param {Record<string, string>} [attributes]
 */
function element(name, text = '', attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** @param {string} time */
const moment = (time) => new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

/** @type {Record<string, string>} */
const STATES = Object.fromEntries([...change.state.options].map(({ value, text }) => [value, text]));

async function showList() {
  const query = new URLSearchParams({ show: search.all.checked ? 'all' : 'open', text: search.text.value });
  const { incidents } = await call(`?${query}`);
  rows.replaceChildren(
    ...incidents.map((/** @type {any} */ each) => {
      const row = element('tr', '', { 'aria-selected': String(each.number === shown) });
      const link = element('a', each.number, { href: `#${each.number}` });
      const number = element('td');
      number.append(link);
      row.append(
        number,
        element('td', each.title),
        element('td', each.caller),
        element('td', each.priority, { class: each.priority }),
        element('td', STATES[each.state] + (each.assigned_to ? ` · ${each.assigned_to}` : '')),
        element('td', moment(each.opened_at)),
      );
      row.addEventListener('click', () => (location.hash = each.number));
      return row;
    }),
  );
  byId('empty').hidden = incidents.length > 0;
}

async function showIncident() {
  incident.hidden = shown === undefined;
  if (shown === undefined) return;
  const one = await call(`/${encodeURIComponent(shown)}`);
  byId('title').textContent = `${one.number}: ${one.title}`;
  byId('about').textContent = `${one.caller}, opened ${moment(one.opened_at)}, last change ${moment(one.updated_at)}`;
  byId('description').textContent = one.description;
  const state = JSON.stringify([one.number, one.state, one.waits_for, one.priority, one.assigned_to]);
  if (state !== formState) {
    formState = state;
    for (const name of ['state', 'priority', 'assigned_to']) change[name].value = one[name];
    change.waits_for.value = one.waits_for ?? 'caller';
    showWaits();
  }
  byId('files').replaceChildren(...one.files.map((/** @type {any} */ file) => fileItem(one.number, file)));
  byId('comments').replaceChildren(
    ...one.comments.map((/** @type {any} */ each) => {
      const item = element('li', '', { class: `${each.author}${each.internal ? ' internal' : ''}` });
      const who = `${each.name}, ${moment(each.written_at)}${each.internal ? ' (internal note)' : ''}`;
      item.append(element('small', who), element('p', each.text));
      return item;
    }),
  );
}

/**
 * @param {string} number
 * @param {{ id: number, name: string }} file
 */
function fileItem(number, { id, name }) {
  const item = element('li');
  const button = element('button', name, { type: 'button' });
  button.addEventListener('click', () =>
    guard(async () => {
      const url = URL.createObjectURL(await call(`/${encodeURIComponent(number)}/files/${id}`));
      element('a', '', { href: url, download: name }).click();
      URL.revokeObjectURL(url);
    }),
  );
  item.append(button);
  return item;
}

const showWaits = () => (byId('waits').hidden = change.state.value !== 'on-hold');
const refresh = () => guard(async () => void (await Promise.all([showList(), showIncident()])));

change.state.addEventListener('change', showWaits);
change.addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const { state, waits_for, priority, assigned_to } = Object.fromEntries(new FormData(change));
  const body = { state, priority, assigned_to, ...(state === 'on-hold' && { waits_for }) };
  void guard(() => call(`/${shown}`, { method: 'PATCH', body: JSON.stringify(body) })).then(refresh);
});
comment.addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const body = { text: comment.text.value, name: me.value, internal: comment.internal.checked };
  void guard(async () => {
    await call(`/${shown}/comments`, { method: 'POST', body: JSON.stringify(body) });
    comment.reset();
  }).then(refresh);
});
search.addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
search.addEventListener('input', refresh);
window.addEventListener('hashchange', () => {
  shown = decodeURIComponent(location.hash.slice(1)) || undefined;
  void refresh();
});

void refresh();
setInterval(() => !document.hidden && !login.open && void refresh(), REFRESH_MS);
