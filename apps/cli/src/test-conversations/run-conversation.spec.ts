import { describe, expect, it } from '@jest/globals';
import { type ExplainedTurn } from '../shell/in-process-assistant.js';
import { type Conversation } from './conversation.js';
import { failureText } from './failure-view.js';
import { junitReport } from './junit-report.js';
import { type Counterpart, runAll, runConversation } from './run-conversation.js';

const conversation = (name: string, ...turns: { user: string; bot: string }[]): Conversation => ({
  name,
  file: 'talk.conversations.yml',
  line: 2,
  turns: turns.map((turn, at) => ({ ...turn, line: 4 + 2 * at })),
});

/** Answers with the number of the turn and the text of the message; never answers "nothing". */
function parrot(): Counterpart & { heard: { id: string; text: string }[] } {
  const heard: { id: string; text: string }[] = [];
  const say = (id: string, text: string): Promise<ExplainedTurn | undefined> => {
    heard.push({ id, text });
    const turn = heard.filter((each) => each.id === id).length;
    const actions = [{ name: 'utter_echo', policy: 'RulePolicy', confidence: 1, source: 'repeat it' }];
    const trace = { intent: 'say', confidence: 0.9, entities: [], slots: {}, actions };
    const answer = { conversationId: id, turn, messages: [{ text: `${turn}: ${text}` }], trace };
    return Promise.resolve(text === 'nothing' ? undefined : answer);
  };
  return { heard, assistant: { say }, witness: { of: () => [] }, domain: { responses: {} } };
}

const right = conversation('right', { user: 'a', bot: '1: a' }, { user: 'b', bot: '2: b' });
const wrong = conversation('wrong', { user: 'a', bot: '1: a' }, { user: 'b', bot: '2: c' }, { user: 'd', bot: '3: d' });

describe('A conversation', () => {
  it('runs to its end when all expectations are met', async () => {
    expect(await runConversation(right, parrot())).toMatchObject({ hasFailed: false, turns: [{}, {}] });
  });

  it('ends at the first failed turn, which is shown with the messages before it and its reasons', async () => {
    const run = await runConversation(wrong, parrot());
    expect(run.turns).toHaveLength(2);
    expect(failureText(run).split('\n')).toEqual([
      'talk.conversations.yml:2',
      '    You › a',
      '    Bot › 1: a',
      '    You › b',
      '  line 6: expected (-) and what came (+)',
      '    bot',
      '    - 2: c',
      '    + 2: b',
      '  because',
      '    understood say (0.90)',
      '    utter_echo, says RulePolicy (1.00): repeat it',
    ]);
  });

  it('fails when there is no answer in time', async () => {
    const run = await runConversation(conversation('silent', { user: 'nothing', bot: 'x' }), parrot());
    expect(run.hasFailed).toBe(true);
    expect(failureText(run)).toContain('line 4: there was no answer in time.');
  });
});

describe('Several conversations', () => {
  it.each([1, 2, 10])('are independent, %d at a time, and are reported in their order', async (parallel) => {
    const counterpart = parrot();
    const done: string[] = [];
    const runs = await runAll([right, wrong, right, right], counterpart, parallel, ({ conversation: { name } }) =>
      done.push(name),
    );
    expect(runs.map(({ hasFailed }) => hasFailed)).toEqual([false, true, false, false]);
    expect(done).toHaveLength(4);
    expect(new Set(counterpart.heard.map(({ id }) => id)).size).toBe(4);
  });

  it('are written as JUnit XML, with the text of each failure', async () => {
    const runs = await runAll([right, wrong], parrot(), 2, () => undefined);
    const xml = junitReport(runs);
    expect(xml).toMatch(/<testsuites tests="2" failures="1"/);
    expect(xml).toMatch(/<testsuite name="talk\.conversations\.yml"/);
    expect(xml).toContain('- 2: c');
    expect(junitReport([])).not.toContain('testcase');
  });
});
