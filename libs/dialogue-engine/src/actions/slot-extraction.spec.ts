import { describe, expect, it } from '@jest/globals';
import { type SlotDefinition, type SlotMapping } from '#assistant/model';
import { action, assistantOf, intent, loop, mapping, rule } from '../assistant.fixture.js';
import { Conversation, messageOf } from '../conversation.fixture.js';
import { type Event, slotSet } from '../tracker/event.js';

const running: Event[] = [{ event: 'active_loop', name: 'form' }, slotSet('requested_slot', 'wanted')];

/** The value that a message gives to the slot `wanted`, after some earlier events. */
async function filled(mappings: SlotMapping[], line: string, before: Event[] = [], more: Partial<SlotDefinition> = {}) {
  const assistant = assistantOf({
    intents: ['inform', 'affirm', 'start', 'chat'],
    entities: ['site', 'other'],
    slots: { wanted: { mappings, ...more }, rival: { mappings: [mapping('from_entity', { entity: 'other' })] } },
    forms: { form: ['wanted', 'rival'], quiet_form: [] },
    responses: { utter_default: '?' },
    rules: [rule('start', [intent('start'), action('form'), loop('form')])],
  });
  assistant.domain.forms['form']!.ignoredIntents = ['chat'];
  const talk = new Conversation(assistant);
  await talk.engine.logMessage(talk.tracker, messageOf('inform'), talk.ports);
  talk.engine.recordEvents(talk.tracker, [slotSet('wanted', null), ...before], talk.ports);
  const { events } = await talk.engine.logMessage(talk.tracker, messageOf(line), talk.ports);
  const event = events.findLast((one) => one.event === 'slot' && one.name === 'wanted');
  return event?.event === 'slot' ? event.value : undefined;
}

const inForm = (requestedSlot?: string) => ({
  conditions: [{ activeLoop: 'form', ...(requestedSlot !== undefined && { requestedSlot }) }],
});
const elsewhere: Event[] = [{ event: 'active_loop', name: 'quiet_form' }];
const rejected: Event[] = [...running, { event: 'action_execution_rejected', name: 'form' }];

describe('an engine with command intents', () => {
  const assistant = assistantOf({
    intents: ['inform', 'status'],
    slots: { note: { mappings: [mapping('from_text')] } },
  });
  const noteAfter = async (line: string, text: string, commands?: string[]) => {
    const talk = new Conversation(assistant, {}, commands ? { commands } : {});
    await talk.engine.logMessage(talk.tracker, messageOf(line, text), talk.ports);
    return talk.tracker.slot('note');
  };

  it.each([
    ['status', 'what about my ticket'],
    ['restart', 'start over'],
    ['inform', '/inform{"site":"leeds"}'],
    ['inform', ' /inform@0.4'],
  ])('does not fill a free-text slot from a message of %s: %s', async (line, text) => {
    expect(await noteAfter(line, text, ['status'])).toBeNull();
    expect(await noteAfter(line, text)).toBe(text);
  });

  it.each(['my screen is black', 'it is slow and/or stuck', '/var is full'])('accepts the answer %s', async (text) => {
    expect(await noteAfter('inform', text, ['status'])).toBe(text);
  });
});

describe('a slot is filled', () => {
  it.each<[string, SlotMapping, string, Event[], unknown]>([
    ['by an entity', mapping('from_entity', { entity: 'site' }), 'inform site=a', [], 'a'],
    ['not by another entity', mapping('from_entity', { entity: 'site' }), 'inform other=a', [], undefined],
    [
      'not by an entity without the role',
      mapping('from_entity', { entity: 'site', role: 'to' }),
      'inform site=a',
      [],
      undefined,
    ],
    ['by the text', mapping('from_text'), 'inform site=a', [], 'inform site=a'],
    ['by an intent with its value', mapping('from_intent', { intents: ['affirm'], value: false }), 'affirm', [], false],
    ['not by another intent', mapping('from_intent', { intents: ['affirm'], value: true }), 'inform', [], undefined],
    ['not by an excluded intent', mapping('from_text', { notIntents: ['chat'] }), 'chat', [], undefined],
    ['by any intent but the excluded', mapping('from_text', { notIntents: ['chat'] }), 'inform', [], 'inform'],
    ['where the loop of its condition runs', mapping('from_text', inForm()), 'inform', running, 'inform'],
    ['not where another loop runs', mapping('from_text', inForm()), 'inform', elsewhere, undefined],
    ['not where none runs', mapping('from_text', inForm()), 'inform', [], undefined],
    ['where it is requested', mapping('from_text', inForm('wanted')), 'inform', running, 'inform'],
    ['not where another is requested', mapping('from_text', inForm('rival')), 'inform', running, undefined],
    [
      'not by a message that its form has rejected',
      mapping('from_text', inForm('wanted')),
      'inform',
      rejected,
      undefined,
    ],
    ['where no loop may run', mapping('from_text', { conditions: [{ activeLoop: null }] }), 'inform', [], 'inform'],
    [
      'not there while one runs',
      mapping('from_text', { conditions: [{ activeLoop: null }] }),
      'inform',
      running,
      undefined,
    ],
    [
      'by either of two conditions',
      mapping('from_text', { conditions: [{ activeLoop: null }, { activeLoop: 'form' }] }),
      'inform',
      running,
      'inform',
    ],
    ['not by an intent that the running form ignores', mapping('from_text'), 'chat', running, undefined],
    [
      'by an ignored intent that the mapping names',
      mapping('from_text', { intents: ['chat'] }),
      'chat',
      running,
      'chat',
    ],
    [
      'by an ignored intent where the mapping is about another loop',
      mapping('from_text', { conditions: [{ requestedSlot: 'wanted' }] }),
      'chat',
      running,
      'chat',
    ],
    [
      'by the intent that started the loop',
      mapping('from_trigger_intent', { intents: ['start'], value: 'v', ...inForm() }),
      'start',
      running,
      'v',
    ],
    [
      'not by that intent outside of the loop',
      mapping('from_trigger_intent', { intents: ['start'], value: 'v', ...inForm() }),
      'start',
      [],
      undefined,
    ],
    [
      'by an entity that a rival takes, where it is requested',
      mapping('from_entity', { entity: 'other' }),
      'inform other=a',
      running,
      'a',
    ],
    [
      'not by it where the rival is requested',
      mapping('from_entity', { entity: 'other' }),
      'inform other=a',
      [running[0]!, slotSet('requested_slot', 'rival')],
      undefined,
    ],
    ['not by a custom mapping without an action', mapping('custom'), 'inform', [], undefined],
  ])('%s', async (_, how, line, before, value) => {
    expect(await filled([how], line, before)).toEqual(value);
  });

  it('again with the same value, and that counts as an answer', async () => {
    const site = [mapping('from_entity', { entity: 'site' })];
    expect(await filled(site, 'inform site=a', [slotSet('wanted', 'a')])).toBe('a');
  });

  it('with all values of an entity if it is a list slot', async () => {
    const site = [mapping('from_entity', { entity: 'site' })];
    expect(await filled(site, 'inform site=a site=b', [], { type: 'list' })).toEqual(['a', 'b']);
  });

  it('by the message that activates the form, under the form’s conditions', async () => {
    const triggered = mapping('from_trigger_intent', { intents: ['start'], value: 'by trigger', ...inForm() });
    const assistant = assistantOf({
      intents: ['start'],
      slots: { wanted: { mappings: [triggered] } },
      forms: { form: ['wanted'] },
      responses: { utter_done: 'Done: {wanted}' },
      rules: [
        rule('start', [intent('start'), action('form'), loop('form')]),
        rule('done', [action('form'), loop(null), action('utter_done')], { condition: [loop('form')] }),
      ],
    });
    expect(await new Conversation(assistant).says('start')).toEqual(['Done: by trigger']);
  });
});
