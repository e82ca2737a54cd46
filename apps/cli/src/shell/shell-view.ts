import { type BotMessage } from '#contracts';

/** Dims a text if the output is a terminal. */
export const dim = (text: string): string => (process.stdout.isTTY ? `\x1b[2m${text}\x1b[0m` : text);

/** The message for a typed line: the payload of the button with that number, or the line itself. */
export function chosenPayload(line: string, offered: BotMessage | undefined): string {
  const button = /^\d+$/.test(line) ? offered?.buttons?.[Number(line) - 1] : undefined;
  return button?.payload ?? line;
}

export function printMessage({ text, buttons, image, custom, attachment }: BotMessage): void {
  if (text) console.log(`Bot › ${text.replaceAll('\n', '\n      ')}`);
  buttons?.forEach(({ title, payload }, i) => console.log(`      ${i + 1}: ${title} ${dim(`(${payload})`)}`));
  if (image) console.log(`      image: ${image}`);
  if (custom) console.log(`      custom: ${JSON.stringify(custom)}`);
  if (attachment) console.log(`      attachment: ${JSON.stringify(attachment)}`);
}
