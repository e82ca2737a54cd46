import { type BotMessage, type DataOf, type TurnCompleted } from '#contracts';

const dim = (text: string): string => (process.stdout.isTTY ? `\x1b[2m${text}\x1b[0m` : text);

/** What the typed line says: the payload of the button with that number, or the line itself. */
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

/** Why the assistant answered so. */
export function printTrace({ trace }: DataOf<typeof TurnCompleted>): void {
  if (!trace) return;
  const entities = trace.entities.map(({ entity, value }) => `${entity}=${JSON.stringify(value)}`).join(', ');
  const slots = Object.entries(trace.slots).filter(([, value]) => value !== null && value !== undefined);
  const lines = [
    `intent   ${trace.intent ?? '–'} (${(trace.confidence ?? 0).toFixed(2)})`,
    ...(entities ? [`entities ${entities}`] : []),
    ...trace.actions.map(({ name, policy, confidence }) => `action   ${name} (${policy}, ${confidence.toFixed(2)})`),
    ...(slots.length
      ? [`slots    ${slots.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}`]
      : []),
  ];
  for (const line of lines) console.log(dim(`    · ${line}`));
}
