import type { Domain, FormAssistance } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { emptyRecord, Expectation, placeOf, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

const KEYS = [
  'commands',
  'command_confidence',
  'affirm_intent',
  'deny_intent',
  'cancel_intent',
  'correct_intent',
  'field_entity',
  'retry_limit',
  'skip_intent',
  'skipped_values',
];

/** Number of refused answers to one question before the assistant offers a way out. */
const DEFAULT_RETRY_LIMIT = 3;

/**
 * Reads `forms` under `helpdesk_assistant` in `config.yml`: features that Rasa's forms do not have. Undefined when it is
 * missing. The domain must contain every name, and every response that the features send.
 */
export function readFormAssistance(
  configFile: YamlMap | undefined,
  domain: Domain,
  findings: Findings,
): FormAssistance | undefined {
  const expect = new Expectation(findings);
  const extras = expect.map(configFile?.entries.get('helpdesk_assistant'), 'helpdesk_assistant');
  if (extras) expect.onlyKeys(extras, ['forms'], 'helpdesk_assistant');
  const forms = expect.map(extras?.entries.get('forms'), 'forms of helpdesk_assistant');
  return forms && new FormAssistanceReader(forms, domain, findings).read();
}

class FormAssistanceReader {
  private readonly expect: Expectation;

  constructor(
    private readonly forms: YamlMap,
    private readonly domain: Domain,
    private readonly findings: Findings,
  ) {
    this.expect = new Expectation(findings);
  }

  read(): FormAssistance {
    this.expect.onlyKeys(this.forms, KEYS, 'forms of helpdesk_assistant');
    const cancelIntent = this.name('cancel_intent', 'intent');
    const correctIntent = this.name('correct_intent', 'intent');
    const skipIntent = this.name('skip_intent', 'intent');
    const fieldEntity = this.name('field_entity', 'entity');
    const retryLimit = this.retryLimit();
    if (cancelIntent !== undefined) this.needs('cancel_intent', ['utter_confirm_cancel', 'utter_cancelled']);
    if (correctIntent !== undefined) this.needs('correct_intent', ['utter_corrected', 'utter_choose_correction']);
    if (retryLimit > 0) this.needs('retry_limit', ['utter_way_out']);
    return {
      commands: this.commands(),
      commandConfidence: this.commandConfidence(),
      affirmIntent: this.name('affirm_intent', 'intent') ?? 'affirm',
      denyIntent: this.name('deny_intent', 'intent') ?? 'deny',
      ...(cancelIntent !== undefined && { cancelIntent }),
      ...(correctIntent !== undefined && { correctIntent }),
      ...(fieldEntity !== undefined && { fieldEntity }),
      ...(skipIntent !== undefined && { skipIntent }),
      retryLimit,
      skippedValues: this.skippedValues(),
    };
  }

  private get(key: string): YamlNode | undefined {
    return this.forms.entries.get(key);
  }

  private name(key: string, kind: 'intent' | 'entity'): string | undefined {
    const node = this.get(key);
    const name = this.expect.text(node, key);
    const known = kind === 'intent' ? this.domain.intents : this.domain.entities;
    if (name !== undefined && !known[name]) this.unknown(key, `${kind} ${name}`, node!);
    return name;
  }

  private commands(): string[] {
    const node = this.get('commands');
    const items = node?.kind === 'list' ? node.items : node ? [node] : [];
    return items.flatMap((item) => {
      const name = this.expect.text(item, 'each item of commands');
      if (name !== undefined && !this.domain.intents[name]) this.unknown('commands', `intent ${name}`, item);
      return name ?? [];
    });
  }

  private commandConfidence(): number {
    const confidence = this.expect.number(this.get('command_confidence'), 'command_confidence') ?? 0;
    if (confidence < 0 || confidence > 1)
      this.findings.error('command_confidence must be from 0 to 1', placeOf(this.forms, 'command_confidence'));
    return confidence;
  }

  private retryLimit(): number {
    const limit = this.expect.number(this.get('retry_limit'), 'retry_limit') ?? DEFAULT_RETRY_LIMIT;
    if (!Number.isInteger(limit) || limit < 0)
      this.findings.error('retry_limit must be a whole number; 0 is no limit', placeOf(this.forms, 'retry_limit'));
    return limit;
  }

  private skippedValues(): Record<string, unknown> {
    const map = this.expect.map(this.get('skipped_values'), 'skipped_values');
    const values = emptyRecord<unknown>();
    for (const [slot, value] of map?.entries ?? []) {
      if (!this.domain.slots[slot])
        this.findings.error(`skipped_values names the unknown slot ${slot}`, placeOf(map!, slot));
      values[slot] = valueOf(value);
    }
    return values;
  }

  private needs(key: string, responses: string[]): void {
    for (const response of responses)
      if (!this.domain.responses[response])
        this.findings.error(`${key} needs the response ${response}`, placeOf(this.forms, key));
  }

  private unknown(key: string, what: string, { place }: YamlNode): void {
    this.findings.error(`${key} names the unknown ${what}`, place);
  }
}
