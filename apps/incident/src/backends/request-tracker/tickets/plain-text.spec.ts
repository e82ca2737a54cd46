import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitted, isSigned, unsigned } from '../../signed-text.js';
import { signed, textOfHtml } from './plain-text.js';

describe('A message of ours', () => {
  it('names its author, and can be read back without that signature', () => {
    expect(signed('Ann Archer', 'It hums.')).toBe('[via chat, Ann Archer] It hums.');
    fc.assert(
      fc.property(fc.string(), fc.string(), (author, text) => {
        const message = signed(author, text);
        expect(isSigned(message)).toBe(true);
        expect(unsigned(message)).toBe(fitted(text, 100_000));
      }),
    );
  });

  it('is cut between characters when it is too long', () => {
    expect(fitted('😀😀😀', 4)).toBe('😀…');
    expect(fitted('a\r\nb\u0007', 10)).toBe('a\nb');
  });
});

describe('An HTML message', () => {
  it('becomes the text that a browser would show', () => {
    expect(textOfHtml('<p>Hello&nbsp;Ann,<br />we are <b>looking</b>.</p>\n<p>Dana &amp; team</p>')).toBe(
      'Hello Ann,\nwe are looking.\n\nDana & team',
    );
    expect(textOfHtml('<style>p { color: red }</style><ul><li>one</li><li>two</li></ul><!-- no -->')).toBe('one\ntwo');
    expect(textOfHtml('1 &lt; 2 &#x1F600; &#9731; &unknown;')).toBe('1 < 2 😀 ☃ &unknown;');
  });

  it('keeps no markup and no control characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<p>', '</p>', '<script>', '</script>', '<br', '>', '&#0;', '&#xD800;', 'x', '"'), {
          maxLength: 20,
        }),
        (parts) => {
          const text = textOfHtml(parts.join(''));
          expect(text).not.toMatch(/<(p|script)>/);
          expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
        },
      ),
    );
  });
});
