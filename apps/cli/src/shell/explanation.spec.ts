import { describe, expect, it } from '@jest/globals';
import { explanationOf } from './explanation.js';

const nobody = { intent: 'greet', confidence: 0.987, entities: [], slots: {} };

describe('The explanation of a turn', () => {
  it('lists the intent, the deciding policy and rule, the other predictions, and the slots', () => {
    const opinions = [
      { policy: 'MemoizationPolicy', action: 'utter_bye', confidence: 1, source: 'leaving early' },
      { policy: 'TEDPolicy', action: null, confidence: 0, source: null },
      { policy: 'RulePolicy', action: 'utter_greet', confidence: 1, source: 'greet' },
    ];
    const lines = explanationOf({
      ...nobody,
      entities: [{ entity: 'site', value: 'leeds', role: 'to' }],
      actions: [{ name: 'utter_greet', policy: 'RulePolicy', confidence: 1, source: 'greet', opinions }],
      slots: { email: 'ann@example.com', priority: null },
    });
    expect(lines).toEqual([
      'understood greet (0.99) with site#to = "leeds"',
      'utter_greet, says RulePolicy (1.00): greet',
      '    MemoizationPolicy predicted utter_bye (1.00): leaving early',
      'remembers email = "ann@example.com"',
    ]);
  });

  it('marks actions that follow automatically and actions that no policy predicted', () => {
    const actions = [
      { name: 'action_session_start', policy: 'followup_action', confidence: 1 },
      { name: 'action_listen', policy: 'none', confidence: 0 },
    ];
    expect(explanationOf({ ...nobody, actions }).slice(1)).toEqual([
      'action_session_start, which follows automatically',
      'action_listen, since no policy predicted an action',
    ]);
  });

  it('marks actions that declined', () => {
    const actions = [
      { name: 'action_cancel', policy: 'RulePolicy', confidence: 1, source: 'cancel', isRejected: true },
      { name: 'utter_default', policy: 'RulePolicy', confidence: 0.3 },
    ];
    expect(explanationOf({ ...nobody, actions }).slice(1)).toEqual([
      'action_cancel, says RulePolicy (1.00): cancel, but it declined',
      'utter_default, says RulePolicy (0.30)',
    ]);
  });

  it('works without an intent and without reasons', () => {
    const actions = [{ name: 'utter_greet', policy: 'RulePolicy', confidence: 0.5 }];
    expect(explanationOf({ entities: [], slots: {}, actions })).toEqual([
      'understood no intent (0.00)',
      'utter_greet, says RulePolicy (0.50)',
    ]);
  });
});
