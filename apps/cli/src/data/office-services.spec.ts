import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Assistant, readAssistant, readTestStories, type StoryStep } from '#assistant';
import { type ActionCall, DialogueEngine, eventsFromJson, Tracker, type ActionResponse } from '#dialogue-engine';
import { type NluModel, nothingPretrained, trainNlu } from '#nlu-engine';

const FOLDER = `${import.meta.dirname}/../../../../assistants/office-services`;

/** Runs an action as its action server does. */
type RunAction = (call: object) => { events: object[]; responses: ActionResponse[] } | undefined;

describe('The office-services assistant', () => {
  let assistant: Assistant;
  let model: NluModel;
  let engine: DialogueEngine;
  let runAction: RunAction;
  beforeAll(async () => {
    ({ assistant } = await readAssistant(FOLDER));
    const { language, config, domain, nlu } = assistant;
    model = await trainNlu({ language, pipeline: config.pipeline, domain, nlu }, { pretrained: nothingPretrained });
    engine = new DialogueEngine(assistant);
    ({ runAction } = (await import(`${FOLDER}/actions/actions.js`)) as { runAction: RunAction });
  });

  const ports = {
    now: () => 1_000,
    random: () => 0,
    runAction: async ({ name, tracker }: ActionCall) => {
      const result = runAction({ next_action: name, tracker: tracker.toRasaJson('ALL') });
      if (!result) throw new Error(`There is no action ${name}.`);
      return { events: eventsFromJson(result.events), responses: result.responses };
    },
  };

  /** The answers to each message of a conversation. */
  async function converse(messages: string[], outputChannel = 'collector'): Promise<(string | undefined)[][]> {
    const tracker = Tracker.start('someone', engine.domain);
    const answers: (string | undefined)[][] = [];
    for (const [index, text] of messages.entries()) {
      const message = {
        text,
        understanding: await model.parse(text),
        messageId: `m${index}`,
        inputChannel: 'rest',
        outputChannel,
      };
      const turn = await engine.takeTurn(tracker, message, ports);
      answers.push(turn.messages.map(({ text, custom }) => text ?? JSON.stringify(custom)));
    }
    return answers;
  }

  it('asks for desk and reason of a large order, and has it approved', async () => {
    expect(
      await converse(['we need 5 chairs', 'to my desk please', 'D-330', 'our new colleagues start', 'yes please']),
    ).toEqual([
      ['Shall it be brought to your desk, or do you pick it up?'],
      ['Which desk is yours? Its number is on the lamp, for instance D-214.'],
      ['That is a large order. What is it for?'],
      ['5 x chair, brought to desk D-330. Is that right?'],
      [
        expect.stringMatching(/^Your order OS-\d{5} is placed\.$/),
        'Orders of this size go to your manager first. You will hear from us.',
      ],
    ]);
  });

  it('does not ask for desk and reason when they are not needed, and orders nothing without confirmation', async () => {
    expect(await converse(["I'd like to order a headset", '2', "I'll pick it up", 'nope'])).toEqual([
      ['How many of them?'],
      ['Shall it be brought to your desk, or do you pick it up?'],
      ['2 x headset, for you to pick up. Is that right?'],
      ['All right, I have ordered nothing.'],
    ]);
  });

  it('asks again after an invalid value, and answers questions in between', async () => {
    expect(
      await converse(['/order_equipment{"item": "sofa"}', 'a chair', 'where can I park', '/inform{"count": "99"}']),
    ).toEqual([
      [expect.stringContaining('We have no sofa in store.'), 'What would you like to have?'],
      ['How many of them?'],
      ['Park on level -1. The barrier opens with your badge.', 'How many of them?'],
      ['Please give me a number from 1 to 20.', 'How many of them?'],
    ]);
  });

  it('cancels an order after confirmation, and continues it otherwise', async () => {
    expect(await converse(['order equipment', 'forget about it', 'yes'])).toEqual([
      ['What would you like to have?'],
      ['Shall I drop this request?'],
      ['Done, nothing was requested.'],
    ]);
    expect((await converse(['order equipment', 'forget about it', 'nope'])).at(-1)).toEqual([
      'What would you like to have?',
    ]);
  });

  it('distinguishes the two floors of a move by their roles, and continues at the checkpoint', async () => {
    expect(
      await converse(['move me from floor 2 to floor 5', 'yes', 'book a phone booth', 'tomorrow', '2', 'no']),
    ).toEqual([
      [
        expect.stringMatching(/moved from floor 2 to floor 5, reference OS-\d{5}/),
        'Is there anything else that I can do for you?',
      ],
      [expect.stringContaining('I can get you equipment')],
      ['For which day?'],
      ['For how many people?'],
      ['Do you need anything in the room: a beamer, a whiteboard, coffee?'],
      [
        expect.stringMatching(/^The phone booth is yours on tomorrow, reference/),
        'Is there anything else that I can do for you?',
      ],
    ]);
  });

  it('adapts its greeting to the site and the channel', async () => {
    expect(await converse(["good afternoon, I'm in Leeds"])).toEqual([
      ['Hello! Office services, Leeds. What do you need?'],
    ]);
    expect(await converse(['hello'], 'slack')).toEqual([[':wave: Office services here.']]);
  });

  it('understands the texts of its test stories', async () => {
    const { stories, findings } = await readTestStories(assistant);
    expect(findings).toEqual([]);
    const turns = stories.flatMap(({ steps }) => steps.flatMap(userSteps));
    const understood = await Promise.all(turns.map(({ text }) => model.parse(text ?? '')));
    const misunderstood = turns.filter(({ intent }, at) => understood[at]?.intent.name !== intent);
    expect(turns.length).toBeGreaterThan(20);
    expect(misunderstood.map(({ text }) => text)).toEqual([]);
  });
});

const userSteps = (step: StoryStep): Extract<StoryStep, { kind: 'user' }>[] =>
  step.kind === 'user' ? [step] : step.kind === 'or' ? step.alternatives.flatMap(userSteps) : [];
