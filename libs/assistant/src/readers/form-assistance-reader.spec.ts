import { describe, expect, it } from '@jest/globals';
import { errorsWith, readWith, warningsWith } from '../written-assistant.fixture.js';

const config = (forms: string) =>
  `recipe: default.v1\nlanguage: en\nassistant_id: test\nhelpdesk_assistant:\n  forms:${forms}`;
const said = ['confirm_cancel', 'cancelled', 'corrected', 'choose_correction', 'way_out'];
const domain = `intents: [greet, stop]
entities: [field]
slots:
  size:
    type: text
    mappings:
    - type: custom
responses:
${['greet', ...said].map((name) => `  utter_${name}:\n  - text: a\n`).join('')}`;

describe('form assistance', () => {
  it('is read with its defaults, and adds a slot for counting', async () => {
    const { assistant, findings } = await readWith({
      'domain.yml': domain,
      'config.yml': config(
        '\n    commands: [greet]\n    command_confidence: 0.7\n    cancel_intent: stop\n    field_entity: field\n    skipped_values:\n      size: 3\n',
      ),
    });
    expect(findings.filter(({ place }) => place?.file === 'config.yml')).toEqual([]);
    expect(assistant.config.formAssistance).toMatchObject({
      commands: ['greet'],
      commandConfidence: 0.7,
      cancelIntent: 'stop',
      fieldEntity: 'field',
      skippedValues: { size: 3 },
      retryLimit: 3,
      affirmIntent: 'affirm',
      denyIntent: 'deny',
    });
    expect(assistant.config.formAssistance).not.toHaveProperty('correctIntent');
    expect(assistant.domain.slots['refused_answers']).toMatchObject({ influencesConversation: false, mappings: [] });
  });

  it('is off when it is not configured', async () => {
    const { assistant } = await readWith({});
    expect(assistant.config.formAssistance).toBeUndefined();
    expect(assistant.domain.slots).not.toHaveProperty('refused_answers');
  });

  it.each([
    ['\n    cancel_intent: quit\n', 'config.yml:6:20 cancel_intent names the unknown intent quit'],
    ['\n    field_entity: part\n', 'config.yml:6:19 field_entity names the unknown entity part'],
    ['\n    command_confidence: 2\n', 'config.yml:6:5 command_confidence must be from 0 to 1'],
    ['\n    commands: [greet, quit]\n', 'config.yml:6:23 commands names the unknown intent quit'],
    ['\n    retry_limit: -1\n', 'config.yml:6:5 retry_limit must be a whole number; 0 is no limit'],
    ['\n    retry_limit: often\n', 'config.yml:6:18 retry_limit must be a number'],
    ['\n    skipped_values: {colour: red}\n', 'config.yml:6:22 skipped_values names the unknown slot colour'],
    [' all\n', 'config.yml:5:10 forms of helpdesk_assistant must be a mapping of names to values'],
  ])('is refused with the settings%s', async (forms, error) => {
    expect(await errorsWith({ 'domain.yml': domain, 'config.yml': config(forms) })).toEqual([error]);
  });

  it('is refused without the responses that it needs', async () => {
    const forms = '\n    cancel_intent: greet\n    correct_intent: greet\n    retry_limit: 2\n';
    expect(await errorsWith({ 'config.yml': config(forms) })).toEqual([
      'config.yml:6:5 cancel_intent needs the response utter_confirm_cancel',
      'config.yml:6:5 cancel_intent needs the response utter_cancelled',
      'config.yml:7:5 correct_intent needs the response utter_corrected',
      'config.yml:7:5 correct_intent needs the response utter_choose_correction',
      'config.yml:8:5 retry_limit needs the response utter_way_out',
    ]);
    expect(await errorsWith({ 'config.yml': config('\n    retry_limit: 0\n') })).toEqual([]);
  });

  it('has a warning for unknown keys', async () => {
    const warnings = await warningsWith({ 'domain.yml': domain, 'config.yml': config('\n    undo_intent: greet\n') });
    expect(warnings).toContain('config.yml:6 "undo_intent" of forms of helpdesk_assistant is not supported');
  });
});
