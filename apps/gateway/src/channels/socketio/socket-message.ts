import { type BotMessage } from '#contracts';
import { paragraphs } from '../paragraphs.js';

/** Converts a message to the payloads of Rasa's `bot_uttered` events, in order. */
export function socketMessages(message: BotMessage): Record<string, unknown>[] {
  const { text, custom, image, attachment, elements } = message;
  const choices = message.quick_replies?.length ? message.quick_replies : message.buttons;
  const payloads: Record<string, unknown>[] = text ? paragraphs(text).map((part) => ({ text: part })) : [];
  if (choices?.length) {
    for (const payload of payloads) payload['quick_replies'] = [];
    const last = payloads.at(-1) ?? { text: '' };
    last['quick_replies'] = choices.map(({ title, payload }) => ({ content_type: 'text', title, payload }));
    if (payloads.length === 0) payloads.push(last);
  }
  if (custom) payloads.push({ custom });
  if (image) payloads.push({ attachment: { type: 'image', payload: { src: image } } });
  if (attachment) payloads.push({ attachment });
  if (elements?.length) {
    payloads.push({ attachment: { type: 'template', payload: { template_type: 'generic', elements } } });
  }
  return payloads;
}
