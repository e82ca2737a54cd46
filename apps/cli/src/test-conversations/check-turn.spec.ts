import { describe, expect, it } from '@jest/globals';
import { checkTurn, type Happened, type Mismatch } from './check-turn.js';
import { type Turn } from './conversation.js';

const domain = { responses: { utter_sure: [{ text: 'Sure?' }] } };
const happened: Happened = {
  messages: [
    { text: 'All right.' },
    {
      text: 'Sure?',
      buttons: [
        { title: 'Yes', payload: '/affirm' },
        { title: 'No', payload: '/deny' },
      ],
    },
  ],
  trace: {
    entities: [],
    slots: { email: 'ann@example.com', count: 2, extras: ['tea'], title: null },
    actions: ['action_session_start', 'ask_form', 'action_listen'].map((name) => ({
      name,
      policy: 'RulePolicy',
      confidence: 1,
    })),
  },
  incidents: [{ title: 'No network', priority: 'high' }],
};

const check = (expected: Omit<Turn, 'user'>): Mismatch[] => checkTurn({ user: 'go on', ...expected }, happened, domain);
const linesOf = (mismatches: Mismatch[]): string[] =>
  mismatches.flatMap(({ what, lines }) => lines.map(({ sign, text }) => `${what} ${sign} ${text}`));

describe('A turn', () => {
  it('passes when all expectations are met', () => {
    const expected = {
      bot: ['All {any}.', 'utter_sure'],
      buttons: ['Yes', '/deny'],
      actions: ['ask_form'],
      slots: { email: 'ann@example.com', extras: ['tea'], title: null, unknown: null },
      incident: { title: '/network/', priority: 'high' },
    };
    expect(check(expected)).toEqual([]);
    expect(check({ action: 'ask_form' })).toEqual([]);
    expect(check({})).toEqual([]);
  });

  it('shows missing, different and extra texts beside the correct ones', () => {
    expect(linesOf(check({ bot: ['All right.', 'Really?'] }))).toEqual([
      'bot   All right.',
      'bot - Really?',
      'bot + Sure?',
    ]);
    expect(linesOf(check({ bot: 'utter_sure' }))).toEqual(['bot + All right.', 'bot   Sure?']);
    expect(linesOf(check({ bot: [] }))).toEqual(['bot + All right.', 'bot + Sure?']);
  });

  it('shows buttons, actions and slots that differ', () => {
    expect(linesOf(check({ buttons: ['Yes'], action: 'other_form', slots: { count: '2' } }))).toEqual([
      'buttons   Yes',
      'buttons + No',
      'actions - other_form',
      'actions + ask_form',
      'slots - count: "2"',
      'slots + count: 2',
    ]);
  });

  it('shows incidents that differ, are missing or are unexpected', () => {
    expect(linesOf(check({ incident: { title: 'No network', priority: 'low' } }))).toEqual([
      'incident   title: "No network"',
      'incident - priority: "low"',
      'incident + priority: "high"',
    ]);
    expect(linesOf(check({ incident: null }))).toEqual(['incident + {"title":"No network","priority":"high"}']);
    const none = checkTurn({ user: 'x', incident: { priority: 'low' } }, { ...happened, incidents: [] }, domain);
    expect(linesOf(none)).toEqual(['incident - {"priority":"low"}', 'incident + no incident']);
  });
});
