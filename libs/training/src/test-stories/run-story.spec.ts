import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Understanding } from '#contracts';
import { DialogueEngine, expandStories } from '#dialogue-engine';
import { withStories } from '#testing';
import { hasFailed, isWrong, type Parse, runStory } from './run-story.js';

const REPORT = `- story: a report
  steps:
  - intent: report
  - action: report_form
  - active_loop: report_form
`;

/** The wrong predictions in the first of these stories, as `expected/predicted`. */
const wrongIn = (stories: string, parse?: Parse): Promise<string[]> =>
  withStories(stories, async (assistant, read) => {
    const run = await runStory(expandStories(read, {}, [])[0]!, new DialogueEngine(assistant), parse);
    return run.judgements.filter(isWrong).map(({ expected, predicted }) => `${expected}/${predicted}`);
  });

const understood =
  (intent: string, entities: Understanding['entities'] = []): Parse =>
  async (text) => ({ text, intent: { name: intent, confidence: 1 }, entities, intent_ranking: [] });

describe('A test story', () => {
  it('continues with the expected action after a wrong one', async () => {
    const steps = '- intent: greet\n  - action: utter_bye\n  - intent: bye\n  - action: utter_bye\n';
    expect(await wrongIn(`- story: mixed up\n  steps:\n  ${steps}`)).toEqual([
      'utter_bye/utter_greet',
      // After the wrong action, no rule ends the turn.
      'action_listen/action_default_fallback',
    ]);
  });

  it('expects the assistant to listen at its end', async () => {
    expect(await wrongIn('- story: no answer\n  steps:\n  - intent: greet\n')).toEqual(['action_listen/utter_greet']);
  });

  it('assumes that a form rejects the message where another action is expected, and then compares', async () => {
    const asked = `${REPORT}  - intent: why\n  - action: utter_why\n  - action: report_form\n`;
    expect(await wrongIn(asked)).toEqual([]);
    const wrong = `${REPORT}  - intent: why\n  - action: utter_greet\n`;
    expect((await wrongIn(wrong))[0]).toBe('utter_greet/utter_why');
  });

  it('follows its own slots and loops, and runs no action', async () => {
    const filed = `${REPORT}  - slot_was_set: [{requested_slot: site}]
  - intent: inform
    entities: [{site: leeds}]
  - action: report_form
  - active_loop: null
  - slot_was_set: [{requested_slot: null}]
  - action: action_file
`;
    expect(await wrongIn(filed)).toEqual([]);
  });

  it('tests the understanding of texts only, and continues with the expected meaning', async () => {
    const story = '- story: said\n  steps:\n  - intent: greet\n    user: hello\n  - action: utter_greet\n';
    expect(await wrongIn(story)).toEqual([]);
    expect(await wrongIn(story, understood('bye'))).toEqual(['greet/bye']);
    expect(await wrongIn(story.replace('    user: hello\n', ''), understood('bye'))).toEqual([]);
  });

  it('compares its annotated entities by offsets, type and value', async () => {
    const story = REPORT.replace('- intent: report', '- intent: report\n    user: broken in [Leeds](site:leeds)');
    const site = { entity: 'site', value: 'leeds', start: 10, end: 15 };
    expect(await wrongIn(story, understood('report', [site]))).toEqual([]);
    expect(await wrongIn(story, understood('report', [{ ...site, start: 0, end: 6 }]))).toEqual([
      'site: leeds/None',
      'None/site: leeds',
    ]);
  });

  it('reports that a turn with too many actions would be stopped', async () => {
    const actions = '  - action: utter_greet\n'.repeat(12);
    const wrong = await wrongIn(`- story: endless\n  steps:\n  - intent: greet\n${actions}`);
    expect(wrong.filter((pair) => pair.endsWith('circuit breaker tripped'))).toHaveLength(1);
  });

  it('does not compare actions before the first message', async () => {
    expect(await wrongIn('- story: unasked\n  steps:\n  - action: utter_greet\n')).not.toContainEqual(
      expect.stringMatching(/^utter_greet\//),
    );
  });

  it('with any messages and their answers by rules is correct', async () => {
    await withStories('- story: any\n  steps: [{intent: greet}]\n', async (assistant) => {
      const engine = new DialogueEngine(assistant);
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('greet', 'bye', 'why'), { minLength: 1, maxLength: 12 }),
          async (intents) => {
            const steps = intents.flatMap((intent) => [
              { kind: 'user' as const, intent, entities: [] },
              { kind: 'action' as const, name: `utter_${intent}` },
            ]);
            expect(hasFailed(await runStory({ name: 'any', steps }, engine))).toBe(false);
          },
        ),
        { numRuns: 50 },
      );
    });
  });
});
