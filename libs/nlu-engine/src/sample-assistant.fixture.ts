import { type ComponentConfig, type Domain, type NluData, type TrainingExample } from '#assistant/model';
import { type TrainingInput } from './pipeline/training-input.js';

const EXAMPLES: Record<string, string[]> = {
  greet: ['hello', 'hi there', 'good morning', 'hey', 'good evening to you', 'hello assistant'],
  report_outage: [
    'the [printer](device) is not working',
    'my [laptop](device) broke this morning',
    'the [vpn](device) stopped working again',
    'the [screen](device) of my desk is broken',
    'my [keyboard](device) does not work',
    'the [wlan|wifi](device) keeps dropping the connection',
    'our [printer](device) stopped printing',
    'nothing works, the [laptop](device) is broken',
  ],
  reset_password: [
    'I forgot my password',
    'please reset my password',
    'my password has expired',
    'I need a new password for my account',
    'the password is wrong and I am locked out',
    'how can I change my password',
  ],
  move_desk: [
    'move me from [Leeds](site#from) to [York](site#to)',
    'I am moving from [York](site#from) to [Leeds](site#to)',
    'my desk goes from [Derby](site#from) to [York](site#to) next week',
    'please move my desk from [Leeds](site#from) to [Derby](site#to)',
    'relocate me to [Derby](site#to) from [York](site#from)',
    'we move to [Leeds](site#to) from [Derby](site#from)',
  ],
};

/** Reads `[text](entity)`, `[text|value](entity)` and `[text](entity#role)`. */
export function annotated(intent: string, source: string): TrainingExample {
  const entities: TrainingExample['entities'] = [];
  let text = '';
  let at = 0;
  for (const match of source.matchAll(/\[([^\]|]+)(?:\|([^\]]+))?\]\(([^)#]+)(?:#([^)]+))?\)/g)) {
    const [all, surface = '', value, entity = '', role] = match;
    text += source.slice(at, match.index);
    const span = { start: text.length, end: text.length + surface.length };
    entities.push({ entity, ...span, value: value ?? surface, ...(role !== undefined && { role }) });
    text += surface;
    at = match.index + all.length;
  }
  return { text: text + source.slice(at), intent, entities };
}

export function domainOf(intents: string[], entities: string[]): Domain {
  const named = <Value>(names: string[], value: Value): Record<string, Value> =>
    Object.fromEntries(names.map((name) => [name, value]));
  return {
    intents: named([...intents, 'nlu_fallback', 'restart'], { usedEntities: true, isRetrieval: false }),
    entities: named(entities, { roles: [], groups: [], influencesConversation: true }),
    slots: {},
    forms: {},
    responses: {},
    actions: [],
    session: { expirationTime: 60, carryOverSlots: true },
  };
}

export const component = (name: string, options: Record<string, unknown> = {}): ComponentConfig => ({ name, options });

/** A little assistant of four intents, two entities, a synonym, a regex and a lookup. */
export function sampleAssistant(
  changes: { pipeline?: ComponentConfig[]; nlu?: Partial<NluData> } = {},
): TrainingInput & { nlu: NluData } {
  return {
    language: 'en',
    ...(changes.pipeline && { pipeline: changes.pipeline }),
    domain: domainOf(Object.keys(EXAMPLES), ['device', 'site', 'ticket']),
    nlu: {
      examples: Object.entries(EXAMPLES).flatMap(([intent, texts]) => texts.map((text) => annotated(intent, text))),
      synonyms: [{ value: 'wifi', surface: 'wireless' }],
      regexes: [{ name: 'ticket', pattern: 'INC\\d{7}' }],
      lookups: [{ name: 'device', elements: ['docking station', 'mouse'] }],
      ...changes.nlu,
    },
  };
}
