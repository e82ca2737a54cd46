import { describe, expect, it } from '@jest/globals';
import { VersionConflict } from '../conversations/conversation.store.js';
import { TakeTurnFixture } from '../turns/take-turn.fixture.js';

const dialogue = new TakeTurnFixture();

describe('Opening an incident', () => {
  it('shows in local mode the incident that would be opened, and offers the address next time', async () => {
    const ann = dialogue.person();
    await ann.fillForm();
    const answer = await ann.say('affirm');
    for (const part of ['ann@example.com', 'low', 'The printer hums', 'Humming printer'])
      expect(answer).toContain(part);
    expect(dialogue.opened).toMatchObject([
      { email: 'ann@example.com', priority: 'low', title: 'Humming printer', description: 'The printer hums' },
    ]);
    expect(await ann.say('open_incident')).toContain('ann@example.com');
    expect(await ann.say('affirm')).toContain('priority');
  });

  it('forgets the address of a person who wants to use another one, and asks for it', async () => {
    const ann = dialogue.person();
    await ann.fillForm();
    await ann.say('affirm');
    await ann.say('open_incident');
    const question = await ann.say('deny');
    expect(question).toMatch(/address/);
    expect(question).not.toContain('ann@example.com');
  });

  it('asks again when a person says yes to a question for an address', async () => {
    const ann = dialogue.person();
    await ann.say('open_incident');
    expect(await ann.say('affirm')).toMatch(/address/);
  });

  it.each(['nobody', 'a@b', '@example.com', 'a b@example.com', 'ann@exa mple.com', `${'x'.repeat(250)}@example.com`])(
    'refuses %j as an address and asks again',
    async (email) => {
      const ann = dialogue.person();
      await ann.say('open_incident');
      expect(await ann.say('inform', { email }, email)).toContain("doesn't look like an email");
    },
  );

  it('accepts a priority in any letter case, and refuses other values', async () => {
    const ann = dialogue.person();
    await ann.say('open_incident');
    await ann.say('inform', { email: 'ann@example.com' });
    expect(await ann.say('inform', { priority: 'enormous' })).toContain('low, medium or high');
    await ann.say('inform', { priority: 'HIGH' });
    await ann.say('inform', {}, 'The printer hums');
    await ann.say('inform', {}, 'Humming printer');
    await ann.say('affirm');
    expect(dialogue.opened).toMatchObject([{ priority: 'high' }]);
  });

  it('does not happen when the person does not confirm', async () => {
    const ann = dialogue.person();
    await ann.fillForm();
    expect(await ann.say('deny')).toContain('not opened');
    expect(dialogue.opened).toEqual([]);
    expect(await ann.say('open_incident')).toContain('ann@example.com');
  });

  it('tells the number, or the reason of a refusal', async () => {
    const [ann, bob] = [dialogue.person(), dialogue.person()];
    dialogue.openAnswer = async () => ({ kind: 'opened', number: 'INC0010001' });
    await ann.fillForm();
    expect(await ann.say('affirm')).toContain('INC0010001');
    dialogue.openAnswer = async () => ({ kind: 'refused', reason: 'unknown-caller' });
    await bob.fillForm();
    expect(await bob.say('affirm')).toContain('ann@example.com');
  });

  it('says that the request is recorded when the incident service does not answer', async () => {
    dialogue.limitPatience();
    let answer: () => void = () => undefined;
    dialogue.openAnswer = () => new Promise((resolve) => (answer = () => resolve({ kind: 'would-open' })));
    const ann = dialogue.person();
    await ann.fillForm();
    expect(await ann.say('affirm')).toContain('recorded');
    answer();
  });

  it('asks for the same operation when a turn is repeated, and for another one in another conversation', async () => {
    const [ann, bob] = [dialogue.person(), dialogue.person()];
    await ann.fillForm();
    let losses = 1;
    dialogue.beforeRecord = async () => {
      if (losses-- > 0) throw new VersionConflict('lost');
    };
    await ann.say('affirm');
    await bob.fillForm();
    await bob.say('affirm');
    const [first, again, other] = dialogue.opened.map(({ operationId }) => operationId);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(dialogue.opened).toHaveLength(3);
  });
});

describe('The status of incidents', () => {
  it('is made up in local mode, and the answer says so', async () => {
    const ann = dialogue.person();
    await ann.say('incident_status');
    const answer = await ann.say('inform', { email: 'ann@example.com' });
    for (const part of ['made this answer up', 'ann@example.com', 'on hold']) expect(answer).toContain(part);
  });

  it('is unknown while the incident service is unavailable', async () => {
    dialogue.limitPatience();
    await dialogue.peer.close();
    const ann = dialogue.person();
    await ann.say('incident_status');
    expect(await ann.say('inform', { email: 'ann@example.com' })).toContain("can't reach our ticket system");
  });
});
