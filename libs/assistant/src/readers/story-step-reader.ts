import { AnnotationError, readAnnotated } from './annotation.js';
import type { Domain, Place, StoryEntity, StoryStep } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { parseShortcut, shortcutEntities } from '../model/shortcut.js';
import { Expectation, isNull, placeOf, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

type UserStep = Extract<StoryStep, { kind: 'user' }>;
type SlotStep = Extract<StoryStep, { kind: 'slot' }>;

/** The value of a slot that a story sets without naming a value. */
const PLACEHOLDERS: Partial<Record<string, unknown>> = { text: 'filled', list: ['filled'], any: null };

/** The keys that determine the kind of a step, in order of precedence, with the other keys allowed beside them. */
const STEP_KINDS: { names: string[]; more: string[] }[] = [
  { names: ['intent', 'user'], more: ['entities'] },
  { names: ['or'], more: [] },
  { names: ['action'], more: [] },
  { names: ['bot'], more: [] },
  { names: ['checkpoint'], more: ['slot_was_set'] },
  { names: ['slot_was_set'], more: [] },
  { names: ['active_loop'], more: [] },
];

/** Reads the steps of a story, a rule or a rule's condition. */
export class StoryStepReader {
  private readonly expect: Expectation;

  constructor(
    private readonly findings: Findings,
    private readonly domain: Domain,
  ) {
    this.expect = new Expectation(findings);
  }

  /** @param what the story's name for messages */
  read(list: YamlNode | undefined, what: string): StoryStep[] {
    return this.expect.items(list, `the steps of ${what}`).flatMap((node) => {
      if (node.kind === 'map') return this.readStep(node, what);
      this.findings.warning(`a step of ${what} is not a mapping such as "- intent: greet" and is ignored`, node.place);
      return [];
    });
  }

  private readStep(map: YamlMap, what: string): StoryStep[] {
    const has = (key: string) => map.entries.has(key);
    this.checkKeys(map, what);
    if (has('intent') || has('user')) return this.readUser(map, what);
    if (has('or')) return this.readOr(map, what);
    if (has('action')) {
      const name = this.requiredText(map, 'action', what);
      return name ? [{ kind: 'action', name, place: map.place }] : [];
    }
    if (has('bot')) {
      const text = this.requiredText(map, 'bot', what);
      return text ? [{ kind: 'botText', text, place: map.place }] : [];
    }
    if (has('checkpoint')) return this.readCheckpoint(map, what);
    if (has('slot_was_set')) return this.readSlots(map, what);
    if (has('active_loop')) {
      const name = this.expect.text(map.entries.get('active_loop'), `active_loop in ${what}`) ?? null;
      return [{ kind: 'loop', name, place: map.place }];
    }
    if (has('metadata')) return [];
    this.findings.warning(
      `${what} has the unknown step "${[...map.entries.keys()].join(', ')}"; it is ignored`,
      map.place,
    );
    return [];
  }

  /** The first known key determines the kind of a step. Warns of other keys, which would be ignored silently. */
  private checkKeys(map: YamlMap, what: string): void {
    const kind = STEP_KINDS.find(({ names }) => names.some((name) => map.entries.has(name)));
    if (!kind) return;
    for (const key of map.entries.keys())
      if (![...kind.names, ...kind.more, 'metadata'].includes(key))
        this.findings.warning(`"${key}" does not belong to a step "${kind.names[0]}" in ${what}`, placeOf(map, key));
  }

  private requiredText(map: YamlMap, key: string, what: string): string | undefined {
    const text = this.expect.text(map.entries.get(key), `${key} in ${what}`)?.trim();
    if (!text) this.findings.error(`${key} in ${what} is empty`, placeOf(map, key));
    return text;
  }

  private readUser(map: YamlMap, what: string): StoryStep[] {
    const { place } = map;
    const said = this.expect.text(map.entries.get('user'), `user in ${what}`)?.trim();
    const shortcut = said === undefined ? undefined : parseShortcut(said);
    let label = map.entries.has('intent') ? this.requiredText(map, 'intent', what) : shortcut?.intent;
    if (label === undefined) return said && !map.entries.has('intent') ? [{ kind: 'userText', text: said, place }] : [];
    if (label.startsWith('/')) {
      this.findings.warning(`intent ${label} in ${what} needs no slash`, placeOf(map, 'intent'));
      label = label.slice(1);
    }
    const [intent, ...responseKey] = label.split('/') as [string, ...string[]];
    const annotated = said === undefined || shortcut ? undefined : this.readAnnotated(said, placeOf(map, 'user'));
    const text = annotated?.text ?? said;
    const written = map.entries.get('entities');
    const step: UserStep = {
      kind: 'user',
      intent,
      ...(responseKey.length > 0 && { responseKey: responseKey.join('/') }),
      entities: isNull(written)
        ? (annotated?.entities ?? shortcutEntities(shortcut?.entities ?? '') ?? [])
        : this.readEntities(written, what),
      ...(text !== undefined && { text }),
      place,
    };
    return [step];
  }

  private readAnnotated(text: string, place: Place) {
    try {
      return readAnnotated(text);
    } catch (error) {
      if (!(error instanceof AnnotationError)) throw error;
      this.findings.error(error.message, place);
      return undefined;
    }
  }

  private readEntities(list: YamlNode | undefined, what: string): StoryEntity[] {
    return this.expect.items(list, `entities in ${what}`).flatMap((item): StoryEntity[] => {
      if (item.kind === 'scalar' && item.value !== null) return [{ entity: String(item.value), value: '' }];
      const entries = item.kind === 'map' ? [...item.entries] : [];
      const types = entries.filter(([key]) => key !== 'role' && key !== 'group');
      const [type] = types;
      if (!type || types.length > 1 || item.kind !== 'map') {
        this.findings.error(
          `an entity in ${what} is written "- type: value", with role and group beside it`,
          item.place,
        );
        return [];
      }
      const role = this.expect.text(item.entries.get('role'), `the role of an entity in ${what}`);
      const group = this.expect.text(item.entries.get('group'), `the group of an entity in ${what}`);
      return [
        {
          entity: type[0],
          value: valueOf(type[1]),
          ...(role !== undefined && { role }),
          ...(group !== undefined && { group }),
        },
      ];
    });
  }

  private readOr(map: YamlMap, what: string): StoryStep[] {
    const alternatives = this.read(map.entries.get('or'), `an or in ${what}`);
    const items = this.expect.items(map.entries.get('or'), `or in ${what}`);
    const isLegal = alternatives.every(({ kind }) => kind === 'user' || kind === 'userText' || kind === 'slot');
    if (!isLegal || alternatives.length !== items.length || alternatives.length === 0) {
      this.findings.error(`each alternative of or in ${what} must be one intent or one slot that was set`, map.place);
      return [];
    }
    return [{ kind: 'or', alternatives, place: map.place }];
  }

  private readCheckpoint(map: YamlMap, what: string): StoryStep[] {
    const name = this.requiredText(map, 'checkpoint', what);
    const slots = this.readSlots(map, what);
    if (!name) return [];
    if (slots.some((slot) => slot.isNamedOnly)) {
      this.findings.warning(`the slots of checkpoint ${name} in ${what} need values; it is ignored`, map.place);
      return [];
    }
    return [
      {
        kind: 'checkpoint',
        name,
        slots: slots.map((slot) => ({ name: slot.name, value: slot.value })),
        place: map.place,
      },
    ];
  }

  private readSlots(map: YamlMap, what: string): SlotStep[] {
    const node = map.entries.get('slot_was_set');
    if (node?.kind === 'map') return this.slotsOf(node);
    return this.expect.items(node, `slot_was_set in ${what}`).flatMap((item): SlotStep[] => {
      if (item.kind === 'map') return this.slotsOf(item);
      const name = this.expect.text(item, `a slot in ${what}`);
      return name ? [this.namedSlot(name, what, item.place)] : [];
    });
  }

  private slotsOf(map: YamlMap): SlotStep[] {
    return [...map.entries].map(([name, value]) => ({
      kind: 'slot',
      name,
      value: valueOf(value),
      isNamedOnly: false,
      place: placeOf(map, name),
    }));
  }

  private namedSlot(name: string, what: string, place: Place): SlotStep {
    const type = this.domain.slots[name]?.type;
    if (type && !(type in PLACEHOLDERS))
      this.findings.warning(`slot ${name} in ${what} is of type ${type} and needs a value`, place);
    return { kind: 'slot', name, value: (type && PLACEHOLDERS[type]) ?? null, isNamedOnly: true, place };
  }
}
