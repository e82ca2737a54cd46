import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { plainProgram } from '../plain-program.js';
import { type Texts, type TrainedColumn } from './column.js';
import { type NlpJsAnswers, type NlpJsQuestion } from './nlpjs.process.js';

/** nlp.js writes to standard output, so it runs in a separate process. It learns no entities from annotations. */
export async function trainNlpJs(train: Texts): Promise<TrainedColumn> {
  const program = plainProgram(join(import.meta.dirname, 'nlpjs.process.ts'));
  const child = fork(program, { stdio: ['ignore', 'ignore', 2, 'ipc'] });
  const ask = async <Name extends keyof NlpJsAnswers>(question: NlpJsQuestion<Name>): Promise<NlpJsAnswers[Name]> => {
    child.send(question);
    const [answer] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`nlp.js ended with ${code}`))),
    ])) as [NlpJsAnswers[Name]];
    return answer;
  };
  const all = 'examples' in train ? train.examples : train;
  const examples = all.flatMap(({ text, intent }) => (intent ? [{ text, intent }] : []));
  const { seconds } = await ask({ ask: 'train', examples });
  const parse = (texts: readonly { text: string }[]) => ask({ ask: 'parse', texts: texts.map(({ text }) => text) });
  return {
    seconds,
    predict: async (tests) => {
      const { understandings } = await parse(tests);
      return tests.map((example, at) => ({ example, understanding: understandings[at]! }));
    },
    parseMs: async (tests) => {
      await parse(tests.slice(0, 300));
      return (await parse(tests)).times;
    },
    close: async () => {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
