import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '#bus';
import { DialogueEngine } from '#dialogue-engine';
import { PostgresHost, Store, StoreUnavailableError } from '#store';
import { freePort } from '#testing';
import { VersionConflict } from '../conversations/conversation.store.js';
import { freshId, migrations, settle } from '../dialogue.fixture.js';
import { TakeTurnFixture, understood } from './take-turn.fixture.js';

const dialogue = new TakeTurnFixture();

describe('A turn', () => {
  it('is answered and recorded', async () => {
    const ann = dialogue.person();
    expect(await ann.say('thank')).not.toBe('');
    expect(dialogue.completed).toMatchObject([{ conversationId: ann.id, messageId: 'm1', turn: 1 }]);
  });

  it('is recorded once and gets the same answer again when its message is delivered twice', async () => {
    const { take, conversations } = dialogue.replica();
    const id = freshId();
    for (let i = 0; i < 3; i++) await take.take(understood(id, 'm1', 'greet'), dialogue.causeOf(id));
    await settle();
    expect(dialogue.completed).toHaveLength(3);
    expect(dialogue.completed[1]).toEqual(dialogue.completed[0]);
    expect(dialogue.completed[2]).toEqual(dialogue.completed[0]);
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(1);
  });

  it('is recorded once when two replicas take the same message at the same time', async () => {
    const [one, other] = [dialogue.replica(), dialogue.replica()];
    const id = freshId();
    const message = understood(id, 'm1', 'greet');
    await Promise.all([one.take.take(message, dialogue.causeOf(id)), other.take.take(message, dialogue.causeOf(id))]);
    await settle();
    expect(dialogue.completed).toHaveLength(2);
    expect(dialogue.completed[1]).toEqual(dialogue.completed[0]);
    expect(await one.conversations.turnsAfter(id, 0, 10)).toHaveLength(1);
  });

  it('is repeated when another replica recorded another message first', async () => {
    const { take, conversations } = dialogue.replica();
    const id = freshId();
    let isFirst = true;
    dialogue.beforeRecord = async () => {
      if (!isFirst) return;
      isFirst = false;
      await dialogue.replica().take.take(understood(id, 'faster', 'thank'), dialogue.causeOf(id));
    };
    await take.take(understood(id, 'slower', 'greet'), dialogue.causeOf(id));
    await settle();
    expect(dialogue.completed).toMatchObject([
      { messageId: 'faster', turn: 1 },
      { messageId: 'slower', turn: 2 },
    ]);
    expect(await conversations.turnsAfter(id, 0, 10)).toHaveLength(2);
  });

  it('is retried later when another replica records first at every attempt', async () => {
    const id = freshId();
    dialogue.beforeRecord = () => Promise.reject(new VersionConflict('lost'));
    const lost = dialogue.replica().take.take(understood(id, 'm1', 'greet'), dialogue.causeOf(id));
    await expect(lost).rejects.toMatchObject({ name: 'RetryableError' });
    expect(dialogue.completed).toEqual([]);
  });

  it('is announced as delayed and left to the bus while the store is unavailable', async () => {
    const nobody = new PostgresHost(`postgres://u:p@127.0.0.1:${await freePort()}/x`);
    const away = new Store(nobody, { service: 'dialogue', folder: migrations });
    const id = freshId();
    const taken = dialogue.replica(away).take.take(understood(id, 'm1', 'greet'), dialogue.causeOf(id));
    await expect(taken).rejects.toThrow(StoreUnavailableError);
    await settle();
    expect(dialogue.delayed).toEqual([{ conversationId: id, messageId: 'm1', reason: expect.any(String) }]);
    await nobody.close();
  });

  it('contains a trace only if the message asks for one', async () => {
    const { take } = dialogue.replica();
    const id = freshId();
    const asked = understood(id, 'm1', 'thank');
    await take.take({ ...asked, message: { ...asked.message, wantsTrace: true } }, dialogue.causeOf(id));
    await take.take(understood(id, 'm2', 'thank'), dialogue.causeOf(id));
    await settle();
    expect(dialogue.completed[0]?.trace).toMatchObject({ intent: 'thank', confidence: 1 });
    expect(dialogue.completed[1]).not.toHaveProperty('trace');
  });

  it('with a failed action always gets an answer, even without a response in the domain', async () => {
    const { assistant, store } = dialogue;
    const responses = { ...assistant.domain.responses, utter_action_failed: [], utter_default: [] };
    const wordless = new DialogueEngine({ ...assistant, domain: { ...assistant.domain, responses } });
    const ann = dialogue.person(dialogue.replica(store, wordless));
    dialogue.openAnswer = () => Promise.reject(new PermanentError('the desk is on fire'));
    await ann.fillForm();
    const answer = await ann.say('affirm');
    expect(answer).toMatch(/^Sorry, something went wrong/);
    expect(answer).not.toContain('fire');
    expect(await ann.say('thank')).not.toBe('');
  });

  it('is shown to a person who comes back later', async () => {
    const ann = dialogue.person();
    const text = await ann.say('thank', {}, 'thanks a lot');
    const { turns } = await dialogue.replica().replay.replay({ conversationId: ann.id, afterTurn: 0 });
    expect(turns).toEqual([{ turn: 1, at: expect.any(String), userText: 'thanks a lot', messages: [{ text }] }]);
  });
});
