import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { readAssistant, type Domain } from '#assistant';
import { Tracker } from '#dialogue-engine';
import { projectRoot } from '#service';
import { TurnEndingService, type Ending } from './turn-ending.service.js';

const endings = new TurnEndingService({ PUBLIC_URL: 'https://desk.example' }, pino({ level: 'silent' }));
const HELLO = [{ text: 'Hello.' }];
let domain: Domain;

beforeAll(async () => {
  ({ domain } = (await readAssistant(join(projectRoot, 'assistants/helpdesk'))).assistant);
});

interface Given {
  before?: string | null;
  handedOverTo?: string;
  comesHome?: boolean;
  forwardedText?: string;
  apply?: Parameters<Tracker['apply']>;
}

function end({ before, handedOverTo, comesHome = false, forwardedText, apply = [] }: Given) {
  const tracker = Tracker.start('chat', domain);
  tracker.apply(...apply);
  const ending: Ending = {
    conversation: { id: 'chat', version: 3, snapshotVersion: 1, eventsSince: [], handedOffTo: before ?? null },
    tracker,
    recordId: 'm1',
    outputChannel: 'rest',
    turn: { events: [], messages: HELLO, ...(handedOverTo !== undefined && { handedOverTo }) },
    comesHome,
    ...(forwardedText !== undefined && { forwardedText }),
  };
  return endings.end(ending);
}

describe('After a turn', () => {
  it.each([
    { before: null, comesHome: true, after: null, why: 'nobody handed it over' },
    { before: null, handedOverTo: 'hr', comesHome: true, after: 'hr', why: 'the turn handed it over' },
    { before: 'hr', comesHome: true, after: null, why: 'it came back' },
    { before: 'hr', handedOverTo: 'pay', comesHome: true, after: 'pay', why: 'it came back and was handed on' },
    { before: 'hr', comesHome: false, after: 'hr', why: 'a reminder leaves it where it is' },
    { before: 'hr', handedOverTo: 'pay', comesHome: false, after: 'pay', why: 'a reminder handed it on' },
    { before: null, comesHome: false, after: null, why: 'it never left' },
  ])('the conversation moves from $before to $after, because $why', ({ after, why: _, ...given }) => {
    expect(end(given).handedOffTo).toBe(after);
  });

  it('a new host learns who sends the conversation, and the person gets the messages of the turn', () => {
    expect(end({ handedOverTo: 'hr', comesHome: true }).outcome).toEqual({
      kind: 'forwarded',
      messages: HELLO,
      host: 'hr',
      text: '/handoff{"from_host":"https://desk.example"}',
      isFirst: true,
    });
  });

  it('a message for the host that has the conversation is forwarded unchanged', () => {
    expect(end({ before: 'hr', forwardedText: 'my payslip' }).outcome).toMatchObject({
      kind: 'forwarded',
      host: 'hr',
      text: 'my payslip',
      isFirst: false,
    });
  });

  it('any other turn ends with its messages', () => {
    expect(end({ before: 'hr', comesHome: true }).outcome).toEqual({ kind: 'completed', messages: HELLO });
  });

  it('the scheduled reminders are recorded, except one that cannot be stored', () => {
    const reminder = { event: 'reminder', intent: 'help', kill_on_user_msg: false, timestamp: 1 } as const;
    const { reminders } = end({
      apply: [
        { ...reminder, name: 'chase', date_time: '2026-05-01T10:00:00Z' },
        { ...reminder, name: 'never', date_time: 'tomorrow' },
      ] as Parameters<Tracker['apply']>,
    });
    expect(reminders).toEqual([{ name: 'chase', dueAt: new Date('2026-05-01T10:00:00Z'), outputChannel: 'rest' }]);
  });
});
