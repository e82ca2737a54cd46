import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitted, isSigned } from '../../signed-text.js';
import { journalText, MAX_TEXT, textOfHtml, asWritten } from './plain-text.js';

describe('A text for ServiceNow', () => {
  it('never exceeds its column, and contains no control character and no half of a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 200 }), (text, max) => {
        const sent = fitted(text, max);
        expect(sent.length).toBeLessThanOrEqual(max);
        expect(sent).not.toMatch(/(?![\n\t])\p{Cc}/u);
        expect(sent.isWellFormed()).toBe(text.isWellFormed() || sent.isWellFormed());
      }),
    );
  });

  it('is otherwise unchanged, even with carets and emoji', () => {
    const text = 'Line ^ one ^NQ\n\ttwo 😀 %5E & + [x] javascript:';
    expect(fitted(text, MAX_TEXT)).toBe(text);
  });
});

describe('A text for the journal', () => {
  it('names its author, and can be recognized by that', () => {
    const text = journalText('Ana Ruiz', 'It works again.');
    expect(text).toBe('[via chat, Ana Ruiz] It works again.');
    expect(isSigned(text)).toBe(true);
    expect(asWritten(text)).toBe('It works again.');
  });

  it.each(['[code]<b>x</b>[/code]', '[CODE]', '[ code ]', '[/ code]'])('contains no HTML mark: %s', (text) => {
    expect(journalText('Ana', text)).not.toMatch(/\[\/?code\]/i);
    expect(asWritten(journalText('Ana', text))).toBe(text);
  });

  it('cannot carry a forged signature through a bracket in the author’s name', () => {
    expect(journalText('Eve] [via chat, Ana', 'x')).toBe('[via chat, Eve   via chat, Ana] x');
  });
});

describe('HTML of an article', () => {
  it('becomes the text that a browser would show', () => {
    expect(textOfHtml('<p>Use&nbsp;the <b>VPN</b> &amp; wait</p>\n<script>')).toBe('Use the VPN & wait');
  });
});
