import { describe, expect, it } from '@jest/globals';
import { waitUntil } from '#testing';
import { settle } from '../dialogue.fixture.js';
import { TakeTurnFixture, understood, type Outcome, type Person } from './take-turn.fixture.js';

const dialogue = new TakeTurnFixture();

describe('A handed-off conversation', () => {
  async function handedOff(): Promise<Person> {
    const ann = dialogue.person();
    await ann.say('open_incident');
    await ann.say('trigger_handoff', { handoff_to: 'second_desk' });
    return ann;
  }
  const answered = (text: string, isHandedBack = false): Outcome => ({
    kind: 'answered',
    messages: [{ text }],
    isHandedBack,
  });

  it('starts with an introduction that tells the host where the person came from', async () => {
    const ann = await handedOff();
    expect(dialogue.forwarded).toEqual([
      {
        conversationId: ann.id,
        messageId: 'm2',
        host: 'second_desk',
        text: '/handoff{"from_host":"http://localhost:5005"}',
        isFirst: true,
      },
    ]);
    expect(dialogue.completed).toHaveLength(1);
  });

  it('forwards its messages word for word, and again when they are delivered again', async () => {
    const ann = await handedOff();
    dialogue.forwarded.length = 0;
    const message = understood(ann.id, 'm3', 'affirm', {}, 'Yes please ');
    for (let i = 0; i < 2; i++) await dialogue.replica().take.take(message, dialogue.causeOf(ann.id));
    await settle();
    const expected = {
      conversationId: ann.id,
      messageId: 'm3',
      host: 'second_desk',
      text: 'Yes please ',
      isFirst: false,
    };
    expect(dialogue.forwarded).toEqual([expected, expected]);
  });

  it('shows the host’s answers under its title, after the message that handed it over', async () => {
    const ann = await handedOff();
    await ann.hear(answered('What can I do?'), 'm2');
    expect(dialogue.completed.at(-1)).toMatchObject({
      messageId: 'm2',
      messages: [
        { text: expect.stringContaining('Second desk') },
        { text: 'Second desk: What can I do?', metadata: { host_title: 'Second desk' } },
      ],
    });
    expect(await ann.handedOffTo).toBe('second_desk');
  });

  it('shows an answer that is delivered twice both times, and records it once', async () => {
    const ann = await handedOff();
    await ann.hear(answered('What can I do?'), 'm2');
    await ann.hear(answered('Something else'), 'm2');
    expect(dialogue.completed.at(-1)).toEqual(dialogue.completed.at(-2));
    expect(await dialogue.replica().conversations.turnsAfter(ann.id, 0, 10)).toHaveLength(3);
  });

  it('comes back with an apology when the host fails', async () => {
    const ann = await handedOff();
    await ann.hear({ kind: 'failed', reason: 'ECONNREFUSED 10.0.0.1' }, 'm2');
    const texts = JSON.stringify(dialogue.completed.at(-1)?.messages);
    expect(texts).toContain('could not reach Second desk');
    expect(texts).not.toContain('10.0.0.1');
    expect(await ann.handedOffTo).toBeNull();
  });

  it('comes back when the host hands it back, and the open form asks again', async () => {
    const ann = await handedOff();
    await ann.hear(answered('Bye', true), 'm2');
    const texts = dialogue.completed.at(-1)?.messages.map(({ text }) => text) ?? [];
    expect(texts.slice(1)).toEqual([
      'Second desk: Bye',
      expect.stringContaining('Welcome back'),
      expect.stringMatching(/address/),
    ]);
    expect(await ann.handedOffTo).toBeNull();
    expect(await ann.say('inform', { email: 'ann@example.com' })).toContain('priority');
  });

  it('comes back when the person asks for it', async () => {
    const ann = await handedOff();
    dialogue.forwarded.length = 0;
    expect(await ann.say('handback')).toContain('Welcome back');
    expect(dialogue.forwarded).toEqual([]);
    expect(await ann.handedOffTo).toBeNull();
  });

  it('does not come back after a late answer of a host that no longer has it', async () => {
    const ann = await handedOff();
    await ann.hear({ kind: 'failed', reason: 'too late' }, 'm0', 'another_desk');
    expect(await ann.handedOffTo).toBe('second_desk');
    await ann.say('handback');
    await ann.hear(answered('Bye', true), 'm2');
    expect(JSON.stringify(dialogue.completed.at(-1)?.messages)).not.toContain('Welcome back');
    await waitUntil('the assistant has it back', async () => (await ann.handedOffTo) === null);
  });
});
