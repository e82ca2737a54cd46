import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assistantOf, action, intent, rule } from '../assistant.fixture.js';
import { Conversation } from '../conversation.fixture.js';
import { isSessionDue } from './session.js';
import { Tracker } from './tracker.js';

const START = 1_000;
const assistant = (expirationTime: number) =>
  assistantOf({
    intents: ['greet'],
    responses: { utter_greet: 'Hi' },
    rules: [rule('greet', [intent('greet'), action('utter_greet')])],
    session: { expirationTime },
  });

/** Whether a session is due this many seconds after a message. */
async function isDueAfter(seconds: number, expirationTime: number): Promise<boolean> {
  const given = assistant(expirationTime);
  const talk = new Conversation(given);
  talk.clock.seconds = START;
  await talk.turn('greet');
  return isSessionDue(talk.tracker, given.domain, START + seconds);
}

describe('A session', () => {
  it('begins with the first message, at any time', () => {
    const { domain } = assistant(60);
    fc.assert(fc.property(fc.nat(), (now) => isSessionDue(Tracker.start('someone', domain), domain, now)));
  });

  it.each([
    [0, 60, false],
    [60 * 60, 60, false],
    [60 * 60 + 1, 60, true],
    [61, 1, true],
    [30, 0.5, false],
    [31, 0.5, true],
    [-5, 60, false],
  ])('is due %i seconds after a message, when one lasts %d minutes: %s', async (seconds, minutes, isDue) => {
    expect(await isDueAfter(seconds, minutes)).toBe(isDue);
  });

  it('never ends when the expiration time is 0', async () => {
    expect(await isDueAfter(1e9, 0)).toBe(false);
  });
});
