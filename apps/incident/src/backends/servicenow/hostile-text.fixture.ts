import fc from 'fast-check';

/** Characters and words that would be harmful in a query, mixed with ordinary text. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...[
      '^',
      '^^',
      '^OR',
      '^NQ',
      '^EQ',
      '^ORDERBY',
      '^ORDERBYDESCsys_id',
      '＾',
      '\u{FF3E}NQ',
      'ˆ',
      '%5E',
      '%5ENQ',
      '%255E',
    ],
    ...[
      'javascript:gs.getUserID()',
      'JavaScript:',
      'ｊavascript:',
      '\n',
      '\r\n',
      '\0',
      '\u2028',
      '\t',
      ' ',
      ',',
      '@',
      '&',
      '#',
    ],
    ...[
      'sysparm_limit=1',
      '=',
      '>=',
      'IN',
      'LIKE',
      'ISNOTEMPTY',
      'active=true',
      '^ORactive=true',
      'user_name=admin',
      "'",
      '"',
    ],
    ...[
      'ana.ruiz@example.com',
      'first+last@acme.com',
      'INC0010001',
      'INC',
      '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4',
      '2026-11-22',
    ],
    ...[
      '14:00:00',
      'hd-',
      '0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55',
      'true',
      'é',
      '😀',
      '\u202E',
      '\uD800',
      '../',
      '${7*7}',
    ],
  ),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.string({ minLength: 300, maxLength: 400 }),
);
/** A text that somebody might type to reach other people's data. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(pieces, { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .chain((text) => fc.constantFrom(text, text.trim(), text.toUpperCase()));
