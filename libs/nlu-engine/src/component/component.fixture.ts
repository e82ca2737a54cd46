import {
  emptyMessage,
  type Component,
  type ComponentType,
  type LabelledMessage,
  type Message,
  type Training,
} from './component.js';
import { Options } from './options.js';
import { nothingPretrained, type Pretrained } from './pretrained.js';
import { annotated, sampleAssistant } from '../sample-assistant.fixture.js';
import { tokenize } from '../text/tokens.js';

/** Examples as `[intent, text]`, where the text may hold annotations such as `[printer](device)`. */
export type Examples = [intent: string, source: string][];

/** Trains one component alone, on messages that are cut into words and nothing more. */
export async function trained(
  type: ComponentType,
  examples: Examples,
  {
    options = {},
    nlu = {},
    pretrained = nothingPretrained,
  }: { options?: object; nlu?: Partial<Training['nlu']>; pretrained?: Pretrained } = {},
): Promise<{ component: Component; notices: string[] }> {
  const notices: string[] = [];
  const all = examples.map(([intent, source]) => annotated(intent, source));
  const messages = all.map(({ text, intent = '', entities }): LabelledMessage => ({
    ...emptyMessage(text),
    tokens: tokenize(text),
    label: intent,
    annotations: entities,
  }));
  const training = {
    messages,
    nlu: {
      ...sampleAssistant().nlu,
      synonyms: [],
      regexes: [],
      lookups: [],
      examples: all,
      language: 'en',
      responses: {},
      ...nlu,
    },
    pretrained,
    seed: 0,
    progress: { report: () => Promise.resolve() },
    notice: (text: string) => void notices.push(text),
  } as unknown as Training;
  const given = new Options({ name: type.names[0] ?? '', options: options as Record<string, unknown> });
  return { component: await type.train(training, given), notices };
}

/** What the component makes of a text, here and after it was saved and loaded. */
export async function processed(
  type: ComponentType,
  component: Component,
  text: string,
  { before = {}, pretrained = nothingPretrained }: { before?: Partial<Message>; pretrained?: Pretrained } = {},
): Promise<Message[]> {
  const loaded = await type.load(structuredClone(component.save()), pretrained);
  return Promise.all(
    [component, loaded].map(async (one) => {
      const message = { ...emptyMessage(text), tokens: tokenize(text), ...structuredClone(before) };
      await one.process(message);
      return message;
    }),
  );
}
