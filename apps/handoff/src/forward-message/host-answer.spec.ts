import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HostAnswered } from '#contracts';
import { botMessages, isSameHost, nextHost } from './host-answer.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('The answer of a host', () => {
  it('keeps the keys of a REST channel and drops all others', () => {
    const body = [
      { recipient_id: 'x', text: 'Hi', buttons: [{ title: 'A', payload: '/a', extra: 1 }, { title: 5 }, null] },
      { recipient_id: 'x', image: 'https://x.example/a.png', unknown: true },
      { recipient_id: 'x' },
      { text: '', custom: { a: 1 }, attachment: null },
    ];
    expect(botMessages(body)).toEqual([
      { text: 'Hi', buttons: [{ title: 'A', payload: '/a' }] },
      { image: 'https://x.example/a.png' },
      { custom: { a: 1 } },
    ]);
  });

  it('is invalid when it is not a list of objects', () => {
    for (const body of [undefined, null, '', '<html>', 5, {}, ['x'], [null], [[]], [{ text: 'Hi' }, 5]]) {
      expect(botMessages(body)).toBeUndefined();
    }
  });

  it('is invalid when it is nested too deeply', () => {
    expect(botMessages([{ text: 'Hi', custom: { deep: nested(100_000) } }])).toBeUndefined();
  });

  it('is cut to fifty messages', () => {
    expect(botMessages(Array.from({ length: 60 }, () => ({ text: 'Hi' })))).toHaveLength(50);
  });

  it('conforms to its contract and can be stored, whatever the host sends', () => {
    const text = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
    const value = fc.letrec<{ any: unknown }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.constant(null),
        fc.integer(),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(text, tie('any'), { maxKeys: 3 }),
      ),
    })).any;
    const message = fc.record(
      {
        text: fc.oneof(text, value),
        buttons: value,
        image: value,
        custom: fc.oneof(fc.dictionary(text, value), value),
        attachment: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.array(message, { maxLength: 5 }), value), (body) => {
        const messages = botMessages(body);
        if (messages === undefined) return;
        const outcome = { kind: 'answered' as const, messages, isHandedBack: false };
        const answered = { conversationId: 'c', messageId: 'm', host: 'h', title: 'H', outcome };
        expect(HostAnswered.problemWith(answered)).toBeUndefined();
        // JSON escapes NUL and incomplete surrogate pairs.
        expect(JSON.stringify(messages)).not.toMatch(/(?<!\\)(\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/i);
        for (const each of messages) expect(Object.keys(each)).not.toHaveLength(0);
      }),
    );
  });

  it('names the next host in a custom payload', () => {
    expect(nextHost({ custom: { handoff_host: 'http://x.example' } })).toBe('http://x.example');
    for (const custom of [{}, { handoff_host: 5 }, { handoff_host: null }])
      expect(nextHost({ custom })).toBeUndefined();
    expect(nextHost({ text: 'handoff_host' })).toBeUndefined();
  });
});

describe('Two addresses', () => {
  it.each([
    ['http://localhost:5005', 'http://localhost:5005/'],
    ['http://localhost:5005', 'http://127.0.0.1:5005'],
    ['http://desk.example', 'HTTP://DESK.example:80/'],
    ['https://desk.example/bot', 'https://desk.example/bot//?a=1'],
  ])('%s and %s name the same host', (one, other) => {
    expect(isSameHost(one, other)).toBe(true);
    expect(isSameHost(other, one)).toBe(true);
  });

  it.each([
    ['http://localhost:5005', 'http://localhost:5006'],
    ['http://localhost:5005', 'https://localhost:5005'],
    ['http://desk.example', 'http://desk.example.evil.example'],
    ['http://desk.example', 'http://desk.example@evil.example'],
    ['http://desk.example/a', 'http://desk.example/b'],
    ['nonsense', 'nonsense'],
    ['', ''],
  ])('%s and %s name different hosts', (one, other) => {
    expect(isSameHost(one, other)).toBe(false);
    expect(isSameHost(other, one)).toBe(false);
  });

  it('name the same host when they are equal, and never cause an error', () => {
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => expect(isSameHost(url, url)).toBe(true)));
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) =>
        expect(isSameHost(one, other)).toBe(isSameHost(other, one)),
      ),
    );
  });
});
