import type { MappingCondition, SlotDefinition, SlotMapping, SlotType } from '../model/assistant.js';
import { isCategory } from '../model/domain-names.js';
import type { Findings } from '../model/findings.js';
import { Expectation, isNull, placeOf, valueOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

const SLOT_TYPES: readonly string[] = ['text', 'bool', 'categorical', 'float', 'list', 'any'] satisfies SlotType[];
const MAPPING_TYPES: readonly string[] = [
  'from_entity',
  'from_text',
  'from_intent',
  'from_trigger_intent',
  'custom',
] satisfies SlotMapping['type'][];

const SLOT_KEYS = [
  ...['type', 'mappings', 'initial_value', 'influence_conversation', 'auto_fill'],
  ...['values', 'min_value', 'max_value'],
];
const MAPPING_KEYS: Record<SlotMapping['type'], string[]> = {
  from_entity: ['entity', 'role', 'group'],
  from_text: [],
  from_intent: ['value'],
  from_trigger_intent: ['value'],
  custom: ['action'],
};
const EVERY_MAPPING_KEYS = ['type', 'intent', 'not_intent', 'conditions'];

/** Reads one slot of the domain, including its mappings. */
export class SlotReader {
  private readonly expect: Expectation;

  constructor(private readonly findings: Findings) {
    this.expect = new Expectation(findings);
  }

  /** Undefined when the slot cannot be read; the reason is recorded as a finding. */
  read(name: string, node: YamlNode): SlotDefinition | undefined {
    const map = this.expect.map(node, `slot ${name}`);
    if (!map) {
      if (isNull(node)) this.findings.error(`slot ${name} has neither a type nor mappings`, node.place);
      return undefined;
    }
    const get = (key: string) => map.entries.get(key);
    const type = this.readType(name, map);
    this.expect.onlyKeys(map, SLOT_KEYS, `slot ${name}`);
    if (map.entries.has('auto_fill'))
      this.findings.warning(
        `auto_fill of slot ${name} is no longer supported; use mappings`,
        placeOf(map, 'auto_fill'),
      );
    const influencesConversation =
      this.expect.boolean(get('influence_conversation'), `influence_conversation of slot ${name}`) ?? type !== 'any';
    if (type === 'any' && influencesConversation)
      this.findings.error(
        `slot ${name} is of type any and cannot influence the conversation`,
        placeOf(map, 'influence_conversation'),
      );
    const slot: SlotDefinition = {
      type,
      influencesConversation,
      initialValue: map.entries.has('initial_value') ? valueOf(get('initial_value')!) : null,
      values: this.expect.texts(get('values'), `values of slot ${name}`).map((value) => value.toLowerCase()),
      minValue: this.expect.number(get('min_value'), `min_value of slot ${name}`) ?? 0,
      maxValue: this.expect.number(get('max_value'), `max_value of slot ${name}`) ?? 1,
      mappings: this.readMappings(name, map),
    };
    this.checkRange(name, slot, map);
    this.checkCategories(name, slot, map);
    return slot;
  }

  private readType(name: string, map: YamlMap): SlotType {
    const type = this.expect.text(map.entries.get('type'), `the type of slot ${name}`);
    if (type && SLOT_TYPES.includes(type)) return type as SlotType;
    if (type?.includes('.')) {
      this.findings.warning(
        `slot ${name} has the custom type ${type}, which is not supported; it is read as any`,
        placeOf(map, 'type'),
      );
      return 'any';
    }
    this.findings.error(
      `slot ${name} ${type ? `has the unknown type ${type}` : 'has no type'}; a type is one of ${SLOT_TYPES.join(', ')}`,
      placeOf(map, 'type'),
    );
    return 'any';
  }

  private checkRange(name: string, { type, minValue, maxValue, initialValue }: SlotDefinition, map: YamlMap): void {
    if (type !== 'float') return;
    if (minValue >= maxValue)
      this.findings.error(`min_value of slot ${name} must be less than its max_value`, placeOf(map, 'min_value'));
    if (typeof initialValue === 'number' && (initialValue < minValue || initialValue > maxValue))
      this.findings.warning(
        `initial_value of slot ${name} is not between ${minValue} and ${maxValue}`,
        placeOf(map, 'initial_value'),
      );
  }

  private checkCategories(name: string, { type, values, initialValue }: SlotDefinition, map: YamlMap): void {
    if (type !== 'categorical') return;
    if (values.length === 0) this.findings.warning(`the categorical slot ${name} has no values`, map.place);
    else if (initialValue !== null && !isCategory(initialValue, values))
      this.findings.warning(`initial_value of slot ${name} is none of its values`, placeOf(map, 'initial_value'));
  }

  private readMappings(name: string, map: YamlMap): SlotMapping[] {
    const node = map.entries.get('mappings');
    if (isNull(node)) {
      this.findings.error(`slot ${name} has no mappings; write "mappings: []" when only actions set it`, map.place);
      return [];
    }
    return this.expect.items(node, `mappings of slot ${name}`).flatMap((item) => {
      const mapping = this.expect.map(item, `a mapping of slot ${name}`);
      return (mapping && this.readMapping(name, mapping)) ?? [];
    });
  }

  private readMapping(name: string, map: YamlMap): SlotMapping | undefined {
    const what = (key: string) => `${key} in a mapping of slot ${name}`;
    const text = (key: string) => this.expect.text(map.entries.get(key), what(key));
    const type = text('type');
    if (!type || !MAPPING_TYPES.includes(type)) {
      const written = type ? `the unknown type ${type}` : 'no type';
      this.findings.error(
        `a mapping of slot ${name} has ${written}; a type is one of ${MAPPING_TYPES.join(', ')}`,
        map.place,
      );
      return undefined;
    }
    const keys = [...EVERY_MAPPING_KEYS, ...MAPPING_KEYS[type as SlotMapping['type']]];
    this.expect.onlyKeys(map, keys, `a ${type} mapping of slot ${name}`);
    const entity = text('entity');
    const role = text('role');
    const group = text('group');
    const action = text('action');
    const value = map.entries.get('value');
    if (type === 'from_entity' && !entity)
      this.findings.error(`a from_entity mapping of slot ${name} needs an entity`, map.place);
    if ((type === 'from_intent' || type === 'from_trigger_intent') && isNull(value))
      this.findings.error(`a ${type} mapping of slot ${name} needs a value`, map.place);
    return {
      type: type as SlotMapping['type'],
      ...(entity !== undefined && { entity }),
      ...(role !== undefined && { role }),
      ...(group !== undefined && { group }),
      ...(value && { value: valueOf(value) }),
      ...(action !== undefined && { action }),
      intents: this.expect.texts(map.entries.get('intent'), what('intent')),
      notIntents: this.expect.texts(map.entries.get('not_intent'), what('not_intent')),
      conditions: this.expect.items(map.entries.get('conditions'), what('conditions')).flatMap((item) => {
        const condition = this.expect.map(item, `a condition of a mapping of slot ${name}`);
        return condition ? [this.readCondition(name, condition)] : [];
      }),
    };
  }

  private readCondition(name: string, map: YamlMap): MappingCondition {
    for (const key of map.entries.keys())
      if (key !== 'active_loop' && key !== 'requested_slot')
        this.findings.warning(`"${key}" in a mapping condition of slot ${name} is not supported`, placeOf(map, key));
    const activeLoop = map.entries.get('active_loop');
    const requestedSlot = this.expect.text(map.entries.get('requested_slot'), `requested_slot of slot ${name}`);
    return {
      ...(activeLoop && { activeLoop: this.expect.text(activeLoop, `active_loop of slot ${name}`) ?? null }),
      ...(requestedSlot !== undefined && { requestedSlot }),
    };
  }
}
