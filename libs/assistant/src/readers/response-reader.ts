import type { ResponseVariation } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { Expectation, isNull, placeOf, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

const CONTENT_KEYS = ['text', 'buttons', 'image', 'custom', 'attachment', 'elements', 'quick_replies'];
const KEYS = [...CONTENT_KEYS, 'button_type', 'channel', 'condition', 'metadata'];

type Button = NonNullable<ResponseVariation['buttons']>[number];

/** Reads the variations of one response. */
export class ResponseReader {
  private readonly expect: Expectation;

  constructor(private readonly findings: Findings) {
    this.expect = new Expectation(findings);
  }

  read(name: string, node: YamlNode): ResponseVariation[] {
    const variations = this.expect.items(node, `response ${name}`).flatMap((item) => {
      const map = this.expect.map(item, `a variation of ${name}`);
      return map ? [this.readVariation(name, map)] : [];
    });
    if (isNull(node) || (node.kind === 'list' && node.items.length === 0))
      this.findings.error(`response ${name} has no variations`, node.place);
    return variations;
  }

  private readVariation(name: string, map: YamlMap): ResponseVariation {
    for (const key of map.entries.keys())
      if (!KEYS.includes(key)) this.findings.warning(`"${key}" in ${name} is not supported`, placeOf(map, key));
    const get = (key: string) => map.entries.get(key);
    if (!CONTENT_KEYS.some((key) => !isNull(get(key))))
      this.findings.warning(`a variation of ${name} has nothing to say`, map.place);
    const text = this.expect.text(get('text'), `the text of ${name}`);
    const image = this.expect.text(get('image'), `the image of ${name}`);
    const channel = this.expect.text(get('channel'), `the channel of ${name}`);
    const custom = this.expect.map(get('custom'), `custom of ${name}`);
    const metadata = this.expect.map(get('metadata'), `the metadata of ${name}`);
    const buttonType = get('button_type');
    const attachment = get('attachment');
    return {
      ...(text !== undefined && { text }),
      ...(image !== undefined && { image }),
      ...(channel !== undefined && { channel }),
      ...(custom && { custom: valueOf(custom) as Record<string, unknown> }),
      ...(attachment && !isNull(attachment) && { attachment: valueOf(attachment) }),
      ...(!isNull(get('elements')) && {
        elements: this.expect.items(get('elements'), `elements of ${name}`).map(valueOf),
      }),
      ...(!isNull(get('buttons')) && { buttons: this.readButtons(name, 'buttons', get('buttons')) }),
      ...(!isNull(get('quick_replies')) && {
        quick_replies: this.readButtons(name, 'quick_replies', get('quick_replies')),
      }),
      ...(get('condition') && { condition: this.readCondition(name, get('condition')) }),
      ...((metadata ?? buttonType) && {
        metadata: {
          ...(buttonType && { button_type: valueOf(buttonType) }),
          ...(metadata && (valueOf(metadata) as Record<string, unknown>)),
        },
      }),
    };
  }

  private readButtons(name: string, key: string, node: YamlNode | undefined): Button[] {
    return this.expect.items(node, `${key} of ${name}`).flatMap((item) => {
      const map = this.expect.map(item, `a button of ${name}`);
      if (!map) return [];
      const title = this.expect.text(map.entries.get('title'), `the title of a button of ${name}`);
      if (title === undefined) this.findings.error(`a button of ${name} has no title`, map.place);
      const payload = this.expect.text(map.entries.get('payload'), `the payload of a button of ${name}`);
      if (payload === undefined && !map.entries.has('url'))
        this.findings.error(`a button of ${name} has no payload`, map.place);
      return [{ ...(valueOf(map) as object), title: title ?? '', payload: payload ?? '' }];
    });
  }

  private readCondition(name: string, node: YamlNode | undefined): { slot: string; value: unknown }[] {
    return this.expect.items(node, `the condition of ${name}`).flatMap((item) => {
      const map = this.expect.map(item, `a condition of ${name}`);
      if (!map) return [];
      const type = this.expect.text(map.entries.get('type'), `the type of a condition of ${name}`);
      const slot = this.expect.text(map.entries.get('name'), `the name of a condition of ${name}`);
      const value = map.entries.get('value');
      if (type !== 'slot' || !slot || !value) {
        this.findings.error(`a condition of ${name} must say "type: slot", a "name" and a "value"`, map.place);
        return [];
      }
      return [{ slot, value: valueOf(value) }];
    });
  }
}
