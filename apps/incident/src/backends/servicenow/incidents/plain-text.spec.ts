import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitted, isSigned } from '../../signed-text.js';
import { journalText, MAX_TEXT, textOfHtml, asWritten } from './plain-text.js';

describe('A text for ServiceNow', () => {
  it('never exceeds its column, holds no control character and no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 200 }), (text, max) => {
        const sent = fitted(text, max);
        expect(sent.length).toBeLessThanOrEqual(max);
        expect(sent).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(sent.isWellFormed()).toBe(text.isWellFormed() || sent.isWellFormed());
      }),
    );
  });

  it('is left as it is otherwise, also with carets and emoji', () => {
    const text = 'Line ^ one ^NQ\n\ttwo 😀 %5E & + [x] javascript:';
    expect(fitted(text, MAX_TEXT)).toBe(text);
  });
});

describe('A text for the journal', () => {
  it('says who wrote it, and can be told by that', () => {
    const text = journalText('Ana Ruiz', 'It works again.');
    expect(text).toBe('[via chat, Ana Ruiz] It works again.');
    expect(isSigned(text)).toBe(true);
    expect(asWritten(text)).toBe('It works again.');
  });

  it.each(['[code]<b>x</b>[/code]', '[CODE]', '[ code ]', '[/ code]'])('holds no mark for HTML: %s', (text) => {
    expect(journalText('Ana', text)).not.toMatch(/\[\/?code\]/i);
    expect(asWritten(journalText('Ana', text))).toBe(text);
  });

  it('cannot be signed by another name through a bracket in one’s own', () => {
    expect(journalText('Eve] [via chat, Ana', 'x')).toBe('[via chat, Eve   via chat, Ana] x');
  });
});

describe('HTML of an article', () => {
  it('becomes the text that it shows', () => {
    expect(textOfHtml('<p>Use&nbsp;the <b>VPN</b> &amp; wait</p>\n<script>')).toBe('Use the VPN & wait');
  });
});
