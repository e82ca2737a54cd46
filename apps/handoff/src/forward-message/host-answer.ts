import { type BotMessage, type Button } from '#contracts';

/** Maximum number of messages in one answer. The rest is dropped. */
const MAX_MESSAGES = 50;

/** Maximum nesting of an answer, in levels. */
const MAX_DEPTH = 32;

/**
 * Reads the answer of a host's REST channel. Returns undefined when `body` is not a list of objects or is nested too
 * deeply. Drops unknown keys.
 */
export function botMessages(body: unknown): BotMessage[] | undefined {
  if (!Array.isArray(body) || !body.every(isObject) || isTooDeep(body)) return undefined;
  return body
    .slice(0, MAX_MESSAGES)
    .map((each) => botMessage(clean(each) as Record<string, unknown>))
    .filter((message) => Object.keys(message).length > 0);
}

/** The next host, if this message has a `custom` payload of the hand-off protocol. */
export function nextHost(message: BotMessage): string | undefined {
  const host = message.custom?.['handoff_host'];
  return typeof host === 'string' ? host : undefined;
}

/** Whether two addresses name the same host: `localhost` and `127.0.0.1` do, and a final slash does not matter. */
export function isSameHost(one: string, other: string): boolean {
  const [a, b] = [one, other].map((url) => {
    try {
      const { protocol, hostname, port, pathname } = new URL(url);
      return [protocol, hostname === '127.0.0.1' ? 'localhost' : hostname, port, pathname.replace(/\/+$/, '')].join(
        ' ',
      );
    } catch {
      return undefined;
    }
  });
  return a !== undefined && a === b;
}

function botMessage({ text, buttons, image, custom, attachment }: Record<string, unknown>): BotMessage {
  const choices = Array.isArray(buttons) ? buttons.filter(isButton) : [];
  return {
    ...(typeof text === 'string' && text && { text }),
    ...(choices.length > 0 && { buttons: choices.map(({ title, payload }) => ({ title, payload })) }),
    ...(typeof image === 'string' && image && { image }),
    ...(isObject(custom) && { custom }),
    ...(attachment !== undefined && attachment !== null && { attachment }),
  };
}

/** Makes foreign text storable: replaces incomplete surrogate pairs and removes NUL. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '');
  if (Array.isArray(value)) return value.map(clean);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [clean(key), clean(each)]));
  return value;
}

/** Works without recursion, because a deeply nested answer would exhaust the stack. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? (Object.values(each) as unknown[]) : [],
    );
  }
  return false;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isButton = (value: unknown): value is Button =>
  isObject(value) && typeof value['title'] === 'string' && typeof value['payload'] === 'string';
