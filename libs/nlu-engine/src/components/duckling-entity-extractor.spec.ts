import { describe, expect, it } from '@jest/globals';
import { emptyMessage } from '../component.js';
import { ducklingEntityExtractor } from './duckling-entity-extractor.js';

function values(dimension: string, text: string): unknown[] {
  const message = emptyMessage(text);
  ducklingEntityExtractor.load([dimension]).process(message);
  return message.entities.map((entity) => entity.value);
}

describe('the local recognizers', () => {
  it("report in Duckling's shape", () => {
    const message = emptyMessage('mail to ann@corp.example');
    ducklingEntityExtractor.load(['email']).process(message);
    expect(message.entities).toEqual([
      {
        start: 8,
        end: 24,
        text: 'ann@corp.example',
        value: 'ann@corp.example',
        confidence: 1,
        additional_info: { value: 'ann@corp.example' },
        entity: 'email',
        extractor: 'DucklingEntityExtractor',
      },
    ]);
  });

  it.each([
    ['email', 'Bob.Ray+it@mail.corp.example, or jo@x.org.', ['Bob.Ray+it@mail.corp.example', 'jo@x.org']],
    ['email', 'a@b, @home, a@@b.example and x@y.z', []],
    ['url', 'see https://wiki.example/a?b=c. or www.Help.example', ['https://wiki.example/a?b=c', 'www.Help.example']],
    ['phone-number', 'call +44 (20) 7946-0018 or 020 7946 0018', ['+442079460018', '02079460018']],
    ['phone-number', 'on 2024-05-17 I had 12345 things', []],
    ['number', 'I have 3 of 1,234.5, twenty-two and minus -7 or 2,5', [3, 1234.5, 22, -7, 2.5]],
    ['number', 'INC0012 and v1.2.3', []],
    ['ordinal', 'the 3rd and the second floor', [3, 2]],
  ])('%s in "%s"', (dimension, text, expected) => expect(values(dimension, text)).toEqual(expected));
});
