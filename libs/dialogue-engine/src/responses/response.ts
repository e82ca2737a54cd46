import { type Domain, type ResponseVariation } from '#assistant/model';
import { type BotMessage } from '#contracts';
import { type BotEvent, NO_BOT_DATA } from '../tracker/event.js';
import { interpolate } from './interpolation.js';
import { type TrackerView } from '../tracker/tracker.js';

/**
 * A message from an action server. `response` names a response of the domain. In that case the other fields replace
 * its parts, buttons are appended, and keys that are not message fields become variables of its template.
 */
export interface ActionResponse {
  response?: string | null;
  text?: string | null;
  buttons?: BotMessage['buttons'] | null;
  quick_replies?: BotMessage['quick_replies'] | null;
  image?: string | null;
  custom?: Record<string, unknown> | null;
  attachment?: unknown;
  elements?: unknown[] | null;
  metadata?: Record<string, unknown> | null;
  [variable: string]: unknown;
}

/** The context for choosing and filling a response. */
export interface ResponseSetting {
  domain: Domain;
  tracker: TrackerView;
  outputChannel: string;
  /** A number, uniform in [0, 1). */
  random(): number;
}

/**
 * The bot event for a response of the domain: a variation chosen by channel and conditions, with its variables filled.
 * Undefined when the domain has no matching variation.
 */
export function respond(
  name: string,
  setting: ResponseSetting,
  variables: Readonly<Record<string, unknown>> = {},
): BotEvent | undefined {
  const { domain, tracker } = setting;
  const variation = chooseVariation(domain.responses[responseKey(name, setting)] ?? [], setting);
  if (!variation) return undefined;
  const values = { ...tracker.slots, ...variables };
  const { text, image, custom, buttons, attachment, quick_replies } = interpolate(
    pick(variation, ['text', 'image', 'custom', 'buttons', 'attachment', 'quick_replies']),
    values,
  );
  return {
    event: 'bot',
    text: text ?? null,
    data: {
      elements: variation.elements ?? null,
      quick_replies: quick_replies ?? null,
      buttons: buttons ?? null,
      attachment: attachment ?? null,
      image: image ?? null,
      custom: custom ?? null,
    },
    metadata: { ...variation.metadata, utter_action: name },
  };
}

/** The bot event for a message of an action; undefined when it names a response without a matching variation. */
export function renderActionResponse(message: ActionResponse, setting: ResponseSetting): BotEvent | undefined {
  const { response, text, buttons, quick_replies, image, custom, attachment, elements, metadata, ...variables } =
    message;
  const named = response ? respond(response, setting, variables) : undefined;
  if (response && !named) return undefined;
  const start: BotEvent = named ?? { event: 'bot', text: null, data: NO_BOT_DATA };
  const allButtons = [...(start.data.buttons ?? []), ...(buttons ?? [])];
  const stamped = { ...start.metadata, ...metadata };
  return {
    event: 'bot',
    text: text || start.text,
    data: {
      elements: filled(elements) ?? start.data.elements,
      quick_replies: filled(quick_replies) ?? start.data.quick_replies,
      buttons: filled(allButtons),
      attachment: filled(attachment) ?? start.data.attachment,
      image: image || start.data.image,
      custom: filled(custom) ?? start.data.custom,
    },
    ...(Object.keys(stamped).length > 0 && { metadata: stamped }),
  };
}

/** The message that the person sees for a bot event. */
export function messageOf({ text, data, metadata = {} }: BotEvent): BotMessage {
  const { utter_action: _, ...shown } = metadata;
  const fields = { text, ...data, metadata: filled(shown) };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => filled(value) !== null && value !== ''));
}

/** A retrieval intent's `utter_faq` stands for `utter_faq/<key>`, with the key that the NLU found. */
function responseKey(name: string, { domain, tracker }: ResponseSetting): string {
  if (Object.hasOwn(domain.responses, name)) return name;
  const base = name.replace(/^utter_/, '');
  const selectors = tracker.latestMessage.response_selector;
  const found = Object.values(
    (selectors ?? {}) as Record<string, { response?: { intent_response_key?: unknown } } | null>,
  )
    .map((selector) => selector?.response?.intent_response_key)
    .find((key) => typeof key === 'string' && key.startsWith(`${base}/`));
  return typeof found === 'string' ? `utter_${found}` : name;
}

function chooseVariation(
  variations: readonly ResponseVariation[],
  setting: ResponseSetting,
): ResponseVariation | undefined {
  const { outputChannel, tracker } = setting;
  const isMet = ({ condition }: ResponseVariation) =>
    condition !== undefined &&
    condition.length > 0 &&
    condition.every(({ slot, value }) => isSame(tracker.slot(slot), value));
  const isDefault = ({ condition }: ResponseVariation) => condition === undefined;
  const ofChannel = variations.filter(({ channel }) => channel === outputChannel);
  const ofAll = variations.filter(({ channel }) => channel === undefined);
  const groups = [ofChannel.filter(isMet), ofChannel.filter(isDefault), ofAll.filter(isMet), ofAll.filter(isDefault)];
  const group = groups.find((candidates) => candidates.length > 0);
  return group?.[Math.min(Math.floor(setting.random() * group.length), group.length - 1)];
}

function isSame(slot: unknown, wanted: unknown): boolean {
  if (typeof slot === 'string' && typeof wanted === 'string') return slot.toLowerCase() === wanted.toLowerCase();
  return JSON.stringify(slot ?? null) === JSON.stringify(wanted ?? null);
}

/** Treats empty lists and objects, which action servers send for missing parts, as absent. */
function filled<Part>(part: Part): NonNullable<Part> | null {
  if (part === null || part === undefined) return null;
  return typeof part === 'object' && Object.keys(part).length === 0 ? null : part;
}

const pick = <Value extends object, Key extends keyof Value>(value: Value, keys: Key[]): Partial<Pick<Value, Key>> =>
  Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]])) as Partial<
    Pick<Value, Key>
  >;
