import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Assistant } from './model/assistant.js';
import { readAssistant, readTestStories } from './read-assistant.js';

const HELPDESK = `${import.meta.dirname}/../../../assistants/helpdesk`;

describe('The helpdesk assistant', () => {
  let assistant: Assistant;
  beforeAll(async () => {
    ({ assistant } = await readAssistant(HELPDESK));
  });

  it('is read without findings', async () => {
    const { findings } = await readAssistant(HELPDESK);
    expect(findings).toEqual([]);
  });

  it('has test stories without findings', async () => {
    const { stories, findings } = await readTestStories(assistant);
    expect(findings).toEqual([]);
    expect(stories.length).toBeGreaterThanOrEqual(12);
  });

  it('has at least 35 examples for each intent of a person', () => {
    const counts = new Map<string, number>();
    for (const { intent } of assistant.nlu.examples) counts.set(intent, (counts.get(intent) ?? 0) + 1);
    expect(counts.size).toBe(22);
    for (const [intent, count] of counts) expect([intent, count >= 35]).toEqual([intent, true]);
  });

  it('has no duplicate example, regardless of case', () => {
    const texts = assistant.nlu.examples.map(({ text }) => text);
    expect(texts.filter((text, index) => texts.indexOf(text) !== index)).toEqual([]);
    const intents = new Map<string, Set<string>>();
    for (const { text, intent } of assistant.nlu.examples) {
      const key = text.toLowerCase().replace(/[.!?]+$/, '');
      intents.set(key, (intents.get(key) ?? new Set()).add(intent));
    }
    expect([...intents].filter(([, names]) => names.size > 1).map(([text]) => text)).toEqual([]);
  });

  it('annotates priorities only as low, medium, high, or a synonym of these', () => {
    const synonyms = new Map(assistant.nlu.synonyms.map(({ surface, value }) => [surface.toLowerCase(), value]));
    const levels = assistant.nlu.examples
      .flatMap(({ entities }) => entities)
      .filter(({ entity }) => entity === 'priority')
      .map(({ value }) => synonyms.get(value.toLowerCase()) ?? value.toLowerCase());
    expect([...new Set(levels)].sort()).toEqual(['high', 'low', 'medium']);
  });

  it('has fields named after the slots of the incident form', () => {
    const fields = assistant.nlu.examples.flatMap(({ entities }) =>
      entities.filter(({ entity }) => entity === 'field'),
    );
    const slots = assistant.domain.forms['open_incident_form']!.requiredSlots.filter(
      (slot) => !['confirm', 'article_helped', 'is_same_incident'].includes(slot),
    );
    expect([...new Set(fields.map(({ value }) => value))].sort()).toEqual([...slots].sort());
  });

  it('never accepts chat commands as a description or a title, but accepts problems of any kind', () => {
    const commands = [
      'thank',
      'greet',
      'goodbye',
      'help',
      'cancel',
      'bot_challenge',
      'human_handoff',
      'handoff',
      'restart',
    ];
    for (const slot of ['problem_description', 'incident_title']) {
      const mapping = assistant.domain.slots[slot]?.mappings.find(({ type }) => type === 'from_text');
      const { formAssistance } = assistant.config;
      const kept = [...(mapping?.notIntents ?? []), ...(formAssistance?.commands ?? []), formAssistance?.cancelIntent];
      expect(kept).toEqual(
        expect.arrayContaining([...commands, 'trigger_handoff', 'incident_status', 'affirm', 'deny']),
      );
      for (const accepted of ['problem_email', 'password_reset', 'open_incident', 'out_of_scope', 'nlu_fallback'])
        expect(kept).not.toContain(accepted);
    }
  });

  it('has every response that its actions send', () => {
    const said = [
      ...['ask_email_new', 'ask_email_reuse', 'email_invalid', 'priority_invalid', 'action_failed', 'default'],
      ...['incident_not_opened', 'incident_would_open', 'incident_opened', 'incident_recorded'],
      ...['unknown_caller', 'not_confirmed', 'not_found', 'not_allowed', 'rejected', 'unsupported', 'given_up'].map(
        (reason) => `refused_${reason}`,
      ),
      ...['comment', 'attach', 'resolve', 'cancel', 'reopen', 'escalate'].map((change) => `done_${change}`),
      ...['comment', 'attach', 'close', 'reopen', 'escalate'].map((wish) => `nothing_to_${wish}`),
      ...['sent', 'limited', 'unavailable', 'wrong', 'expired', 'unclear', 'unchecked'].map((code) => `code_${code}`),
      ...['status_made_up', 'status_line', 'status_none', 'status_unavailable'],
      ...['confirm_cancel', 'cancelled', 'corrected', 'choose_correction', 'way_out'],
      ...['ask_handoff_host', 'handoff_started', 'no_handoff', 'handoff_failed', 'handback'],
    ];
    expect(said.filter((name) => !assistant.domain.responses[`utter_${name}`])).toEqual([]);
  });

  it('uses only variables that slots or actions fill in its responses', () => {
    const filledByActions = ['number', 'state', 'title', 'opened_at', 'comment', 'typed_email'];
    const known = [...Object.keys(assistant.domain.slots), ...filledByActions];
    const used = Object.values(assistant.domain.responses)
      .flat()
      .flatMap(({ text }) => [...(text ?? '').matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    expect(used.filter((name) => !known.includes(name ?? ''))).toEqual([]);
  });
});
