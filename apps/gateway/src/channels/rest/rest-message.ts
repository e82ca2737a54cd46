import { type BotMessage, type Button } from '#contracts';
import { paragraphs } from '../paragraphs.js';

/** One object of the REST channel's answer. Keys without a value are absent. */
export interface RestMessage {
  recipient_id: string;
  text?: string;
  buttons?: Button[];
  image?: string;
  custom?: Record<string, unknown>;
  attachment?: unknown;
}

/**
 * Converts a message to the format of Rasa's REST channel. Text is split at blank lines, buttons stay with their text,
 * and image, attachment, custom payload and elements each become a separate object.
 */
export function restMessages(recipient_id: string, message: BotMessage): RestMessage[] {
  const { text, buttons, quick_replies, custom, image, attachment, elements } = message;
  const choices = quick_replies?.length ? quick_replies : buttons;
  const parts: Omit<RestMessage, 'recipient_id'>[] = [];
  if (choices?.length) parts.push({ ...(text && { text }), buttons: choices });
  else if (text) parts.push(...paragraphs(text).map((paragraph) => ({ text: paragraph })));
  if (custom) parts.push({ custom });
  if (image) parts.push({ image });
  if (attachment) parts.push({ attachment });
  for (const element of elements ?? []) {
    if (typeof element !== 'object' || element === null) continue;
    const { title, subtitle, buttons: own } = element as { title?: string; subtitle?: string; buttons?: Button[] };
    parts.push({ text: [title, subtitle].filter(Boolean).join(' : '), ...(own && { buttons: own }) });
  }
  return parts.map((part) => ({ recipient_id, ...part }));
}
