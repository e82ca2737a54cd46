import { describe, expect, it } from '@jest/globals';
import { AssistantError } from '#assistant/model';
import { readJsonl } from './labelled-jsonl.js';

const problemsOf = (content: string): string => {
  try {
    readJsonl(content, 'a.jsonl');
  } catch (error) {
    if (error instanceof AssistantError) return error.message;
    throw error;
  }
  return 'none';
};

describe('JSON lines', () => {
  it('are texts with intent, entities and place; empty lines do not count', () => {
    const content = [
      '\uFEFF{"text": "to York", "intent": "go", "entities": [{"entity": "site", "start": 3, "end": 7, "role": "to"}]}',
      '',
      '{"text": "weather?", "intent": null, "entities": []}\r',
      '{"text": "lunch?", "intent": "oos"}',
      '',
    ].join('\n');
    expect(readJsonl(content, 'a.jsonl')).toEqual([
      {
        text: 'to York',
        intent: 'go',
        entities: [{ entity: 'site', start: 3, end: 7, value: 'York', role: 'to' }],
        place: { file: 'a.jsonl', line: 1 },
      },
      { text: 'weather?', intent: null, entities: [], place: { file: 'a.jsonl', line: 3 } },
      { text: 'lunch?', intent: 'oos', entities: [], place: { file: 'a.jsonl', line: 4 } },
    ]);
  });

  it.each([
    ['{"text": "a", "intent": "b"', 'a.jsonl:1 is not valid JSON'],
    ['[1]', 'a.jsonl:1 must be a JSON object with "text" and "intent"'],
    ['{"intent": "b"}', 'a.jsonl:1 "text" must be a text that is not empty'],
    ['{"text": "a"}', 'a.jsonl:1 "intent" must be a name, or null'],
    ['{"text": "a", "intent": 3}', 'a.jsonl:1 "intent" must be a name, or null'],
    ['{"text": "a", "intent": "b", "entities": {}}', 'a.jsonl:1 "entities" must be a list'],
    ['{"text": "a", "intent": "b", "entities": [3]}', 'a.jsonl:1 entities[0] must be an object'],
    [
      '{"text": "a", "intent": "b", "entities": [{"start": 0, "end": 1}]}',
      'a.jsonl:1 entities[0].entity must be a name',
    ],
    [
      '{"text": "a", "intent": "b", "entities": [{"entity": "x", "start": 0, "end": 2}]}',
      'a.jsonl:1 entities[0]: start and end must be offsets in the text with start < end <= 1',
    ],
  ])('cause an error for %s', (line, problem) => {
    expect(problemsOf(line)).toContain(problem);
  });

  it('cause one error that lists all problems by line', () => {
    const problems = problemsOf('{"text": "a", "intent": "b"}\nx\n{"text": ""}');
    expect(problems.split('\n').map((line) => line.slice(0, 9))).toEqual(['a.jsonl:2', 'a.jsonl:3']);
  });
});
