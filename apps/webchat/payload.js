/**
 * Reads the messages of the gateway and converts payloads to readable text.
 *
 * @typedef {import('./transcript.js').Choice} Choice
 * @typedef {import('./transcript.js').Payload} Payload
 */

/**
 * @param {Payload} message
 * @returns {Record<string, any>[]} the cards of a `generic` template
 */
export function elementsOf({ attachment }) {
  const elements = attachment?.payload?.elements;
  return Array.isArray(elements) ? elements.filter((card) => typeof card === 'object' && card !== null) : [];
}

/**
 * @param {Payload} message
 * @returns {Choice[]}
 */
export function choicesOf(message) {
  const offered = [message, ...elementsOf(message)].flatMap(
    ({ quick_replies, buttons }) => quick_replies ?? buttons ?? [],
  );
  return offered.filter((each) => typeof each?.title === 'string' && typeof each.payload === 'string');
}

/**
 * Converts a payload such as `/inform{"priority":"low"}` to readable text. Returns any other text unchanged.
 * @param {string} text
 */
export function friendly(text) {
  const [, intent, json] = /^\/([\w.+-]+)(?:@[\d.]+)?\s*(\{[^]*\})?$/.exec(text) ?? [];
  if (!intent) return text;
  if (intent === 'file_sent') return fileTitle('File');
  const words = intent.replaceAll(/[_.+-]+/g, ' ').trim();
  const details = detailsOf(json);
  if (details.length === 0) return words.charAt(0).toUpperCase() + words.slice(1);
  return details.map(([name, value]) => `${name.replaceAll('_', ' ')}: ${value}`).join(', ');
}

/**
 * The message about an uploaded file.
 * @param {string} fileId
 */
export const fileSent = (fileId) => `/file_sent${JSON.stringify({ file_id: fileId })}`;

/** @param {string} name */
export const fileTitle = (name) => `📎 ${name}`;

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
 * Removes everything that the server does not accept: control characters, unpaired surrogates, and surrounding space.
 * @param {string} text
 */
export const cleaned = (text) =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r\u0080-\u009f]/gu, '')
    .trim();

/** @param {Date} at */
export function timeText(at) {
  const time = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === new Date().toDateString()) return `Today ${time}`;
  return `${at.toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'long' })}, ${time}`;
}

/**
 * @param {unknown} one
 * @param {unknown} other
 */
export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
