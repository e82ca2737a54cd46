import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tokenize } from '../../text/tokens.js';
import { KnownPhrases, type TokenSpan } from './crf-phrases.js';

const words = fc.constantFrom('north', 'wing', 'printer', 'room');
const examples = fc.array(
  fc.array(words, { minLength: 2, maxLength: 5 }).chain((text) =>
    fc.record({
      tokens: fc.constant(tokenize(text.join(' '))),
      span: fc.record({ type: fc.nat({ max: 2 }), first: fc.nat({ max: 1 }), last: fc.constant(text.length - 1) }),
    }),
  ),
  { maxLength: 6 },
);

describe('known phrases', () => {
  it('tell where a phrase that was annotated begins and ends, and what follows it', () => {
    const known = new KnownPhrases();
    known.add(tokenize('print in the north wing'), [{ type: 7, first: 3, last: 4 }]);
    const found = known.featuresOf(tokenize('the North Wing is dark'));
    expect(found.map((features) => features.sort())).toEqual([
      [],
      ['known:B2:7', 'part:7'],
      ['known:IE2:7', 'part:7'],
      ['known:after2:7'],
      [],
    ]);
  });

  it('do not know what was removed, however often it was added elsewhere', () => {
    fc.assert(
      fc.property(examples, fc.array(words, { minLength: 1, maxLength: 4 }), (all, text) => {
        const [once, without] = [new KnownPhrases(), new KnownPhrases()];
        for (const { tokens, span } of all) once.add(tokens, [span]);
        for (const { tokens, span } of all.slice(1)) without.add(tokens, [span]);
        for (const { tokens, span } of all.slice(0, 1)) once.remove(tokens, [span]);
        const tokens = tokenize(text.join(' '));
        expect(once.featuresOf(tokens).map((features) => features.sort())).toEqual(
          without.featuresOf(tokens).map((features) => features.sort()),
        );
      }),
    );
  });

  it('are the same after saving and loading', () => {
    fc.assert(
      fc.property(examples, (all) => {
        const known = new KnownPhrases();
        for (const { tokens, span } of all) known.add(tokens, [span satisfies TokenSpan]);
        const loaded = KnownPhrases.load(known.save());
        for (const { tokens } of all) expect(loaded.featuresOf(tokens)).toEqual(known.featuresOf(tokens));
      }),
    );
  });
});
