/** nlp.js with its own settings, asked over IPC: `{ train }` once, then `{ parse }`. */
import { createRequire } from 'node:module';

const { NlpManager } = createRequire(import.meta.url)('node-nlp');

const manager = new NlpManager({ languages: ['en'], autoSave: false, nlu: { log: false }, forceNER: false });
const labels = new Set();

process.on('message', async ({ train, parse }) => {
  process.send(train ? await trainOn(train) : await parseAll(parse));
});

async function trainOn(examples) {
  const begun = performance.now();
  for (const { text, intent } of examples) {
    labels.add(intent);
    manager.addDocument('en', text, intent);
  }
  await manager.train();
  return { seconds: (performance.now() - begun) / 1_000 };
}

async function parseAll(texts) {
  const understandings = [];
  const times = [];
  for (const text of texts) {
    const started = performance.now();
    const { intent, score, classifications = [] } = await manager.process('en', text);
    times.push(performance.now() - started);
    understandings.push({
      intent: toIntent(intent, score),
      intent_ranking: classifications.map((each) => toIntent(each.intent, each.score)).filter(({ name }) => name),
      entities: [],
    });
  }
  return { understandings, times };
}

/** "None" is what nlp.js says when it does not know, unless the examples have an intent of this name. */
function toIntent(name, confidence) {
  return name === 'None' && !labels.has('None') ? { name: null, confidence: 0 } : { name, confidence };
}
