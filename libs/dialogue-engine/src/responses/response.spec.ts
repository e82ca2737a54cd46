import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ResponseVariation } from '#assistant/model';
import { assistantOf } from '../assistant.fixture.js';
import { slotSet } from '../tracker/event.js';
import { interpolate, pythonText } from './interpolation.js';
import { respond } from './response.js';
import { Tracker } from '../tracker/tracker.js';

const said = (variations: ResponseVariation[], slots: Record<string, unknown>, outputChannel = 'collector') => {
  const { domain } = assistantOf({
    slots: Object.fromEntries(Object.keys(slots).map((name) => [name, { type: 'any' as const }])),
    responses: { utter_x: variations },
  });
  const tracker = Tracker.start('someone', domain);
  tracker.apply(...Object.entries(slots).map(([name, value]) => slotSet(name, value)));
  return respond('utter_x', { domain, tracker, outputChannel, random: () => 0.999 })?.text;
};

describe('choosing a variation', () => {
  const conditional = { text: 'conditional', condition: [{ slot: 'vip', value: 'Yes' }] };

  it('prefers a matching channel, then a condition that holds', () => {
    const all = [{ text: 'default' }, conditional, { text: 'here', channel: 'collector' }];
    expect(said([...all, { ...conditional, text: 'both', channel: 'collector' }], { vip: 'yes' })).toBe('both');
    expect(said(all, { vip: 'yes' })).toBe('here');
    expect(said(all, { vip: 'yes' }, 'socketio')).toBe('conditional');
    expect(said(all, { vip: 'no' }, 'socketio')).toBe('default');
  });

  it('never uses a variation for another channel, for the input channel or with an empty condition', () => {
    expect(said([{ text: 'x', channel: 'rest' }], {})).toBeUndefined();
    expect(said([{ text: 'x', condition: [] }], {})).toBeUndefined();
  });

  it('chooses at random among several', () => {
    expect(said([{ text: 'first' }, { text: 'last' }], {})).toBe('last');
  });
});

describe('filling in variables', () => {
  it.each([
    ['Ticket {ticket}', { ticket: 'INC7' }, 'Ticket INC7'],
    ['Ticket {ticket}', { ticket: null }, 'Ticket None'],
    ['{a} {b} {c}', { a: true, b: ['x', 1, null], c: { d: "it's" } }, `True ['x', 1, None] {'d': "it's"}`],
    ['{unknown} and {ticket}', { ticket: 'x' }, '{unknown} and {ticket}'],
    ['/inform{"a":"b"}', {}, '/inform{"a":"b"}'],
    ['/inform{{"service":"{svc}"}}', { svc: 'vpn' }, '/inform{"service":"vpn"}'],
    ['{{literal}} {ticket}', { ticket: 'x' }, '{{literal}} {ticket}'],
    ['{{literal}}', {}, '{literal}'],
    ['{a-b} {a b}', { 'a-b': 1, 'a b': 2 }, '1 2'],
    ['a { lone brace', {}, 'a { lone brace'],
  ])('formats %j', (template, slots, text) => {
    expect(interpolate(template, slots)).toBe(text);
  });

  it('fills every string at any depth and leaves keys unchanged', () => {
    expect(interpolate({ '{a}': [{ deep: '{a}' }, 1] }, { a: 'x' })).toEqual({ '{a}': [{ deep: 'x' }, 1] });
  });

  it('never throws and never changes a text without braces', () => {
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (text, values) => {
        const filled = interpolate(text, values);
        if (!/[{}]/.test(text)) expect(filled).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('formats a value in place of its variable as Python would', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = pythonText(value);
        fc.pre(!text.includes('0['));
        expect(interpolate('<{v}>', { v: value })).toBe(`<${text}>`);
      }),
      { numRuns: 100 },
    );
  });
});
