import { describe, expect, it } from '@jest/globals';
import { readShortcut } from './shortcut.js';

const known = { intents: new Set(['report_outage', 'x']), entities: new Set(['service', 'count']) };

function read(text: string) {
  const warnings: string[] = [];
  const understanding = readShortcut(text, known, (warning) => warnings.push(warning));
  return { understanding, warnings };
}

describe('a message shortcut', () => {
  it('names the intent with confidence 1', () => {
    expect(read('/report_outage').understanding).toEqual({
      text: '/report_outage',
      intent: { name: 'report_outage', confidence: 1 },
      entities: [],
      intent_ranking: [{ name: 'report_outage', confidence: 1 }],
    });
  });

  it.each([
    ['/x@0.42', 0.42, 0],
    ['/x@7', 1, 0],
    ['/x@.5', 0.5, 0],
    ['/x@1.2.3', 0, 1],
    ['/x@.', 0, 1],
    ['/x@high', 1, 1],
  ])('%s has confidence %d and %d warnings', (text, confidence, warningCount) => {
    const { understanding, warnings } = read(text);
    expect(understanding?.intent).toEqual({ name: 'x', confidence });
    expect(warnings).toHaveLength(warningCount);
  });

  it('carries entities whose span is the JSON part', () => {
    expect(read('/x@0.5{"service":"vpn"}').understanding?.entities).toEqual([
      { entity: 'service', value: 'vpn', start: 6, end: 23, extractor: 'RegexMessageHandler' },
    ]);
  });

  it('makes one entity of each value of a list', () => {
    expect(read('/x{"service":["vpn","mail"]}').understanding?.entities.map(({ value }) => value)).toEqual([
      'vpn',
      'mail',
    ]);
  });

  it('keeps the JSON type of values', () => {
    expect(read('/x{"count":3,"service":null}').understanding?.entities.map(({ value }) => value)).toEqual([3, null]);
    expect(read('/x{"count":false}').understanding?.entities[0]?.value).toBe(false);
  });

  it('drops entities that the domain does not have, with a warning', () => {
    const { understanding, warnings } = read('/x{"colour":"red","service":"vpn"}');
    expect(understanding?.entities.map(({ entity }) => entity)).toEqual(['service']);
    expect(warnings).toEqual([expect.stringContaining('"colour"')]);
  });

  it.each(['/x{"service":}', '/x{service: vpn}', '/x{"a":1}{"b":2}'])(
    '%s keeps the intent, has no entities and warns',
    (text) => {
      const { understanding, warnings } = read(text);
      expect(understanding).toMatchObject({ intent: { name: 'x', confidence: 1 }, entities: [] });
      expect(warnings).toHaveLength(1);
    },
  );

  it('ignores what follows the JSON, with a warning', () => {
    const { understanding, warnings } = read('/x{"service":"vpn"} please');
    expect(understanding?.entities).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it('trims the text and the name but keeps the raw text and its offsets', () => {
    const text = '  /x {"service":"vpn"} ';
    const { understanding } = read(text);
    expect(understanding?.text).toBe(text);
    expect(understanding?.intent.name).toBe('x');
    const [entity] = understanding?.entities ?? [];
    expect(text.slice(entity?.start, entity?.end)).toBe('{"service":"vpn"}');
  });

  it.each(['/', ' / ', '/unknown', '/x y', 'x', '', '/{"service":"vpn"}', '/@0.3'])('"%s" is ordinary text', (text) => {
    expect(read(text).understanding).toBeUndefined();
  });

  it('says why an unknown intent is read as ordinary text', () => {
    expect(read('/nothing').warnings).toEqual([expect.stringContaining('"nothing"')]);
  });
});
