import { describe, expect, it } from '@jest/globals';
import { type Domain } from './assistant.js';
import { actionNames, isAction } from './action-names.js';
import { isCategory, knownActions, questionsFor, unknownLabels } from './domain-names.js';

const domain = {
  actions: ['action_open', 'utter_hello'],
  forms: { ticket_form: {} },
  responses: { utter_hello: [], 'utter_chitchat/name': [] },
} as unknown as Domain;

describe('A story may name', () => {
  it('every action that the engine can run, including action_send_text', () => {
    const known = knownActions(domain);
    for (const name of actionNames(domain).filter((each) => !each.includes('/'))) {
      expect(isAction(domain, name)).toBe(true);
      expect(known.has(name)).toBe(true);
    }
    expect(known.has('action_send_text')).toBe(true);
  });

  it('the answer of a retrieval intent with or without its key, and the dots of a rule', () => {
    const known = knownActions(domain);
    for (const name of ['utter_chitchat', 'utter_chitchat/name', '...']) expect(known.has(name)).toBe(true);
  });

  it('nothing else', () => {
    for (const name of ['action_close', 'utter_bye', 'other_form']) expect(knownActions(domain).has(name)).toBe(false);
  });
});

it('A form asks for a slot with the first of four names that exists', () => {
  expect(questionsFor('ticket_form', 'email')).toEqual([
    'action_ask_ticket_form_email',
    'action_ask_email',
    'utter_ask_ticket_form_email',
    'utter_ask_email',
  ]);
});

it('Undeclared roles and groups are reported in words', () => {
  const entity = { roles: ['from'], groups: ['1'], influencesConversation: true };
  expect(unknownLabels(entity, 'to', '2')).toEqual(['role to', 'group 2']);
  expect(unknownLabels(entity, 'from', '1')).toEqual([]);
});

it('A category matches in any case and type', () => {
  expect(isCategory('High', ['high', 'low'])).toBe(true);
  expect(isCategory(3, ['3'])).toBe(true);
  expect(isCategory('none', ['high'])).toBe(false);
});
