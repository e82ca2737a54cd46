import { describe, expect, it } from '@jest/globals';
import { readAssistant, readTestStories } from '../read-assistant.js';
import { errorsWith, readWith, warningsWith, withFolder } from '../written-assistant.fixture.js';

describe('The files of an assistant', () => {
  it('can be JSON with the same keys as YAML', async () => {
    const { assistant } = await readWith({
      'data/more.json': JSON.stringify({
        version: '3.1',
        nlu: [{ intent: 'greet', examples: '- caf\u00e9\n- \\u0041' }],
        responses: { utter_bye: [{ text: 'Bye' }] },
        rules: [{ rule: 'r', steps: [{ intent: 'greet' }, { action: 'utter_bye' }] }],
      }),
    });
    expect(assistant.nlu.examples.map(({ text }) => text)).toContain('café');
    expect(assistant.domain.responses['utter_bye']).toEqual([{ text: 'Bye' }]);
    expect(assistant.rules).toHaveLength(1);
  });

  it('do not include the JSON and Markdown of other programs', async () => {
    const others = {
      'package.json': '{"name": "a", "nested": {"rules": []}}',
      'tsconfig.json': '{ /* a comment */ "compilerOptions": {} }',
      'list.json': '[{"nlu": 1}]',
      'README.md': '## How to start\n* install\n',
    };
    expect(await warningsWith(others)).toEqual([]);
  });

  it('cause an error with the place of invalid JSON', async () => {
    expect(await errorsWith({ 'data/nlu.json': '{"nlu": [\n{"intent": "greet",\n' })).toContainEqual(
      expect.stringMatching(/^data\/nlu\.json:\d+:\d+ is not valid/),
    );
  });

  it.each([
    ['data/nlu.md', '# Data\n\n## intent:greet\n- hello\n', 'data/nlu.md:3 is training data in Markdown'],
    ['data/stories.md', '## hello\n* greet\n  - utter_greet\n', 'data/stories.md:1 is training data in Markdown'],
    ['data/app.json', '{"luis_schema_version": "7.0", "entities": []}', 'data/app.json:1 is an app exported from LUIS'],
    ['data/a.json', '{"userSays": [], "responses": []}', 'data/a.json:1 is an agent exported from Dialogflow'],
    ['data/w.json', '{"utterances": [{"text": "hi"}]}', 'data/w.json:1 is an app exported from Wit.ai'],
  ])('cause a warning for training data in another format: %s', async (file, content, warning) => {
    expect(await warningsWith({ [file]: content })).toContainEqual(expect.stringContaining(warning));
  });

  it('cause a warning for test files with more than stories', async () => {
    const stories = 'stories:\n- story: s\n  steps:\n  - intent: greet\nnlu: []\nrules: []\n';
    const findings = await withFolder(
      { 'domain.yml': 'intents: [greet]\n', 'tests/test_a.yml': stories },
      async (folder) => (await readTestStories((await readAssistant(folder)).assistant)).findings,
    );
    expect(findings.map(({ message, place }) => `${place?.line} ${message}`)).toEqual([
      '5 "nlu" is ignored here: files named test_… have test stories only',
      '6 "rules" is ignored here: files named test_… have test stories only',
    ]);
  });
});
