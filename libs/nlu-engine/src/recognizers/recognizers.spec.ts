import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Language } from './numbers/language.js';
import { byPattern } from './recognizer.js';
import { DIMENSIONS, recognize } from './recognizers.js';

const NOW = new Date('2026-03-11T10:30:00Z');

/** What is found, as `dimension: text = value`. */
function found(language: Language, text: string, wanted: readonly string[] = DIMENSIONS): string[] {
  return recognize(text, wanted, { language, timezone: 'Europe/Berlin', now: NOW }).map(
    ({ dimension, start, end, value }) => {
      const unit = value.unit === undefined ? '' : ` ${value.unit as string}`;
      return `${dimension}: ${text.slice(start, end)}${dimension === 'time' ? '' : ` = ${String(value.value)}${unit}`}`;
    },
  );
}

describe('what people write to a help desk in English', () => {
  it.each<[string, string[]]>([
    ['My VPN is down since yesterday', ['time: since yesterday']],
    ['call me at +44 (20) 7946-0018 ext 12', ['phone-number: +44 (20) 7946-0018 ext 12 = (+44) 2079460018 ext 12']],
    [
      'the second monitor on the 3rd floor flickers, wait a second',
      ['ordinal: second = 2', 'ordinal: 3rd = 3', 'duration: a second = 1 second'],
    ],
    ['two-factor sign-in fails, as does one-time access', []],
    ['Morning! Windows 11 froze', ['number: 11 = 11']],
    ['good afternoon, I may have broken it', []],
    [
      'we lost an hour and a half, then 2 hours and 15 minutes',
      ['duration: an hour and a half = 90 minute', 'duration: 2 hours and 15 minutes = 135 minute'],
    ],
    [
      'please order twenty-three mice and two hundred and five pads',
      ['number: twenty-three = 23', 'number: two hundred and five = 205'],
    ],
    [
      'any news on inc0012345 or RITM 0010001?',
      ['ticket-number: inc0012345 = INC0012345', 'ticket-number: RITM 0010001 = RITM0010001'],
    ],
    ['10.0.0.12 and fe80::1 do not answer', ['ip-address: 10.0.0.12 = 10.0.0.12', 'ip-address: fe80::1 = fe80::1']],
    ['version 10.2.1 of setup.exe, e.g. on 1.2.3.400', []],
    [
      'srv-mail01.corp.example and PC-4711 are off',
      ['host-name: srv-mail01.corp.example = srv-mail01.corp.example', 'host-name: PC-4711 = pc-4711'],
    ],
    [
      'I restarted.It still says error 0x80070005 and error code 1603',
      ['error-code: 0x80070005 = 0x80070005', 'error-code: 1603 = 1603'],
    ],
    [
      'the share \\\\srv01\\sales\\ and C:\\Program Files\\App\\x.exe are gone and/or locked',
      [
        'file-path: \\\\srv01\\sales\\ = \\\\srv01\\sales\\',
        'file-path: C:\\Program Files\\App\\x.exe = C:\\Program Files\\App\\x.exe',
      ],
    ],
    [
      'the 24 inch screen was $250, the other 199.99 €',
      ['distance: 24 inch = 24 inch', 'amount-of-money: $250 = 250 $', 'amount-of-money: 199.99 € = 199.99 EUR'],
    ],
    ['the server room has 35°C', ['temperature: 35°C = 35 celsius']],
    [
      '24/7 support, 50/50 chance, COVID-19, UTF-8, Office 365',
      ['number: 24 = 24', 'number: 7 = 7', 'number: 50 = 50', 'number: 50 = 50', 'number: 365 = 365'],
    ],
    [
      'mail ann@corp.example, see https://wiki.corp.example/vpn?user=bob@corp.example.',
      [
        'email: ann@corp.example = ann@corp.example',
        'url: https://wiki.corp.example/vpn?user=bob@corp.example = https://wiki.corp.example/vpn?user=bob@corp.example',
      ],
    ],
    ['its address is 00-1A-2B-3C-4D-5E', ['mac-address: 00-1A-2B-3C-4D-5E = 00:1a:2b:3c:4d:5e']],
    [
      'I paid with 4111 1111 1111 1111, not with 4111 1111 1111 1112',
      [
        'credit-card-number: 4111 1111 1111 1111 = 4111111111111111',
        'number: 4111 = 4111',
        'number: 1111 = 1111',
        'number: 1111 = 1111',
        'number: 1112 = 1112',
      ],
    ],
    ['come tomorrow between 2 and 4 pm', ['time: tomorrow between 2 and 4 pm']],
    ['🙂🙂 3 laptops', ['number: 3 = 3']],
  ])('%s', (text, expected) => expect(found('en', text)).toEqual(expected));
});

describe('what people write to a help desk in German', () => {
  it.each<[string, string[]]>([
    ['Guten Morgen, mein VPN geht seit gestern nicht', ['time: seit gestern']],
    ['Morgen, ich komme nicht rein', []],
    ['das mag ich so nicht, do it', []],
    ['im 3. Stock ist der dritte Drucker kaputt', ['ordinal: 3. = 3', 'ordinal: dritte = 3']],
    ['ein Laptop von 3. Danach noch einer', ['number: 3 = 3']],
    ['bitte achten Sie auf die achte Zeile', ['ordinal: achte = 8']],
    [
      'anderthalb Stunden, eine halbe Stunde, eine Viertelstunde',
      [
        'duration: anderthalb Stunden = 90 minute',
        'duration: eine halbe Stunde = 30 minute',
        'duration: eine Viertelstunde = 15 minute',
      ],
    ],
    [
      'dreiundzwanzig Lizenzen, zweihundertfünf Mäuse, eine Million',
      ['number: dreiundzwanzig = 23', 'number: zweihundertfünf = 205', 'number: eine Million = 1000000'],
    ],
    ['1.234,5 und 2,5 Millionen', ['number: 1.234,5 = 1234.5', 'number: 2,5 Millionen = 2500000']],
    [
      'Rückruf unter +49 (0)30 123456 Durchwahl 12 oder 030 1234567',
      ['phone-number: +49 (0)30 123456 Durchwahl 12 = (+49) 30123456 ext 12', 'phone-number: 030 1234567 = 0301234567'],
    ],
    ['am 17.05.2026 um 14.30 Uhr', ['time: 17.05.2026 um 14.30 Uhr']],
    [
      'Fehlercode 691 bei PC-4711 (192.168.1.20), Ticket INC0012345',
      [
        'error-code: 691 = 691',
        'host-name: PC-4711 = pc-4711',
        'ip-address: 192.168.1.20 = 192.168.1.20',
        'ticket-number: INC0012345 = INC0012345',
      ],
    ],
    [
      'der Bildschirm mit 27 Zoll kostet 300 Franken',
      ['distance: 27 Zoll = 27 inch', 'amount-of-money: 300 Franken = 300 CHF'],
    ],
  ])('%s', (text, expected) => expect(found('de', text)).toEqual(expected));
});

describe('overlaps', () => {
  it('hide numbers inside identifiers that are not asked for, but not inside measures that are not', () => {
    expect(found('en', '3 days, INC0012345, 10.0.0.1, 020 7946 0018', ['number'])).toEqual(['number: 3 = 3']);
  });

  it('do not hide an address inside a web address that is not asked for', () => {
    expect(found('en', 'https://x.example/?a=ann@corp.example', ['email'])).toEqual([
      'email: ann@corp.example = ann@corp.example',
    ]);
  });

  it('of other languages, digits are read, but no words', () => {
    expect(found('other', 'trois ou 3 ou three, 2026-05-17')).toEqual(['number: 3 = 3', 'time: 2026-05-17']);
  });
});

const place = fc.tuple(
  fc.constantFrom('', 'see ', '🙂 ', 'wegen ', '(', 'é '),
  fc.constantFrom('', ' please', '.', ', 🙂', ')'),
);
const octet = fc.nat({ max: 255 });

describe('generated values', () => {
  const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  it.each<[string, fc.Arbitrary<string>, (written: string) => unknown]>([
    ['email', fc.tuple(label, label).map(([name, host]) => `${name}@${host}.example`), (written) => written],
    ['ip-address', fc.tuple(octet, octet, octet, octet).map((bytes) => bytes.join('.')), (written) => written],
    [
      'ip-address',
      fc.ipV6().filter((address) => /^[\da-f]{1,4}:.*\d/i.test(address)),
      (written) => written.toLowerCase(),
    ],
    [
      'ticket-number',
      fc
        .tuple(fc.constantFrom('INC', 'ritm', 'Chg', 'prb'), fc.nat({ max: 9_999_999 }))
        .map(([prefix, id]) => prefix + String(id).padStart(7, '0')),
      (written) => written.toUpperCase(),
    ],
  ])('%s in a sentence has the right offsets and value', (dimension, values, expected) =>
    fc.assert(
      fc.property(values, place, (written, [before, after]) => {
        const text = `${before}${written}${after}`;
        const { start, end, value } = recognize(text, [dimension], { language: 'en', timezone: 'UTC' })[0]!;
        expect([text.slice(start, end), start, value.value]).toEqual([written, before.length, expected(written)]);
      }),
    ),
  );

  it('any text has findings inside it, in order, that do not overlap', () => {
    const words = fc.constantFrom(
      ...[
        '3',
        'three',
        'ein',
        'half an hour',
        'since',
        'morgen',
        '🙂',
        '\ud800',
        '.',
        '€',
        '10.0.0.1',
        'a@b.co',
        '/x/y',
      ],
      ...['INC0012345', '12:30', 'um', 'between', '2', 'and', 'pm', 'e\u0301', '+49 30', '5 days ago', '99.99.9999'],
    );
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), words)).map((parts) => parts.join(' '));
    const settings = fc.tuple(fc.constantFrom<Language>('en', 'de', 'other'), fc.option(fc.date(), { nil: undefined }));
    fc.assert(
      fc.property(texts, settings, (text, [language, now]) => {
        let last = 0;
        for (const { start, end } of recognize(text, DIMENSIONS, {
          language,
          timezone: 'America/New_York',
          ...(now && { now }),
        })) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe('a recognizer by pattern', () => {
  it('refuses open repetitions, which could take for ever', () => {
    for (const open of [/a+/g, /(?:\d\s)*/g, /x{2,}/g, /[^"]+/g])
      expect(() => byPattern(open, () => ({}))).toThrow(/limit/);
    for (const bounded of [/[+*]{1,3}\+\*/g, /a{2,9}/g, /\p{L}?/gu])
      expect(() => byPattern(bounded, () => ({}))).not.toThrow();
  });
});
