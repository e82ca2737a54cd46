import { trainNlu } from '#nlu-engine';

/** Trains an assistant that understands every text as one intent. Returns the bytes of its model. */
export async function trainOn(intent: string): Promise<Buffer> {
  const model = await trainNlu({
    language: 'en',
    domain: {
      intents: { [intent]: { usedEntities: true, isRetrieval: false } },
      entities: {},
      slots: {},
      forms: {},
      responses: {},
      actions: [],
      session: { expirationTime: 60, carryOverSlots: true },
    },
    nlu: {
      examples: ['my printer is broken', 'the screen is dark', 'no network'].map((text) => ({
        text,
        intent,
        entities: [],
      })),
      synonyms: [],
      regexes: [],
      lookups: [],
    },
  });
  return model.toBytes();
}
