/** nlp.js with its own settings. Receives requests over IPC: one to train, then others to parse. */
import { createRequire } from 'node:module';
import { type Prediction } from '#nlu-engine';

/** The used parts of nlp.js, which has no types. */
interface Manager {
  addDocument(language: string, text: string, intent: string): void;
  train(): Promise<void>;
  process(language: string, text: string): Promise<Classified & { classifications?: Classified[] }>;
}

interface Classified {
  intent: string;
  score: number;
}

export type NlpJsQuestion<Name extends 'train' | 'parse' = 'train' | 'parse'> = Extract<
  { ask: 'train'; examples: readonly { text: string; intent: string }[] } | { ask: 'parse'; texts: readonly string[] },
  { ask: Name }
>;

export interface NlpJsAnswers {
  train: { seconds: number };
  parse: { understandings: Prediction['understanding'][]; times: number[] };
}

const { NlpManager } = createRequire(import.meta.url)('node-nlp') as { NlpManager: new (settings: object) => Manager };

const manager = new NlpManager({ languages: ['en'], autoSave: false, nlu: { log: false }, forceNER: false });
const labels = new Set<string>();

process.on('message', (question: NlpJsQuestion) => {
  void answer(question).then((said) => process.send?.(said));
});

function answer(question: NlpJsQuestion): Promise<NlpJsAnswers['train' | 'parse']> {
  return question.ask === 'train' ? trainOn(question.examples) : parseAll(question.texts);
}

async function trainOn(examples: readonly { text: string; intent: string }[]): Promise<NlpJsAnswers['train']> {
  const begun = performance.now();
  for (const { text, intent } of examples) {
    labels.add(intent);
    manager.addDocument('en', text, intent);
  }
  await manager.train();
  return { seconds: (performance.now() - begun) / 1_000 };
}

async function parseAll(texts: readonly string[]): Promise<NlpJsAnswers['parse']> {
  const understandings: Prediction['understanding'][] = [];
  const times: number[] = [];
  for (const text of texts) {
    const started = performance.now();
    const { intent, score, classifications = [] } = await manager.process('en', text);
    times.push(performance.now() - started);
    understandings.push({
      intent: isNothing(intent) ? { name: null, confidence: 0 } : { name: intent, confidence: score },
      intent_ranking: classifications
        .filter((each) => !isNothing(each.intent))
        .map((each) => ({ name: each.intent, confidence: each.score })),
      entities: [],
    });
  }
  return { understandings, times };
}

/** nlp.js returns "None" if it does not recognize an intent, unless the examples have an intent of this name. */
function isNothing(name: string): boolean {
  return name === 'None' && !labels.has('None');
}
