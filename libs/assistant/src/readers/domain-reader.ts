import type {
  Domain,
  EntityDefinition,
  FormDefinition,
  IntentDefinition,
  Place,
  SlotDefinition,
} from '../model/assistant.js';
import type { Findings } from '../model/findings.js';
import { ResponseReader } from './response-reader.js';
import { SlotReader } from './slot-reader.js';
import { emptyRecord, Expectation, isNull, placeOf, type YamlMap, type YamlNode } from '../yaml/yaml-node.js';

/** A file with one of these keys is part of the domain. */
export const DOMAIN_KEYS = [
  'intents',
  'entities',
  'slots',
  'responses',
  'actions',
  'forms',
  'e2e_actions',
  'session_config',
];

const INTENT_KEYS = ['use_entities', 'ignore_entities', 'is_retrieval_intent'];
const ENTITY_KEYS = ['roles', 'groups', 'influence_conversation'];
const SESSION_KEYS = ['session_expiration_time', 'carry_over_slots_to_new_session'];

const IMPLICIT_INTENTS = ['restart', 'back', 'out_of_scope', 'session_start', 'nlu_fallback'];

/** A slot without a declaration. */
export const automaticSlot = (type: 'text' | 'any'): SlotDefinition => ({
  type,
  influencesConversation: false,
  initialValue: null,
  values: [],
  minValue: 0,
  maxValue: 1,
  mappings: [],
});

/** An item of `intents`, `entities` or `actions`: a name, or a name with properties. */
interface NamedItem {
  name: string;
  properties: YamlMap | undefined;
  place: Place;
}

/** Places of the parts of the domain, for messages of the validation. */
export interface DomainPlaces {
  intents: Map<string, Place>;
  slots: Map<string, Place>;
  forms: Map<string, Place>;
  responses: Map<string, Place>;
  /** The places of each response's variations. */
  variations: Map<string, Place[]>;
}

/** Merges the domain keys of all files into one domain. */
export class DomainReader {
  readonly places: DomainPlaces = {
    intents: new Map(),
    slots: new Map(),
    forms: new Map(),
    responses: new Map(),
    variations: new Map(),
  };
  private readonly domain: Domain = {
    intents: emptyRecord(),
    entities: emptyRecord(),
    slots: emptyRecord(),
    forms: emptyRecord(),
    responses: emptyRecord(),
    actions: [],
    session: { expirationTime: 60, carryOverSlots: true },
  };
  /** `<list> <name>` of the items that were declared with properties. */
  private readonly detailed = new Set<string>();
  private readonly ignoredEntities = new Map<IntentDefinition, string[]>();
  private readonly expect: Expectation;
  private readonly slotReader: SlotReader;
  private readonly responseReader: ResponseReader;

  constructor(private readonly findings: Findings) {
    this.expect = new Expectation(findings);
    this.slotReader = new SlotReader(findings);
    this.responseReader = new ResponseReader(findings);
  }

  /** Reads the domain keys of one file. If a slot, form or response was read before, the first definition stays. */
  read(file: YamlMap): void {
    const get = (key: string) => file.entries.get(key);
    this.readNamed(get('intents'), 'intents', this.domain.intents, (item) => {
      this.places.intents.set(item.name, item.place);
      return this.readIntent(item);
    });
    this.readNamed(get('entities'), 'entities', this.domain.entities, (item) => this.readEntity(item));
    this.readActions(get('actions'));
    this.readDefined(get('slots'), 'slot', this.domain.slots, (name, node, place) => {
      this.places.slots.set(name, place);
      return this.slotReader.read(name, node);
    });
    this.readDefined(get('forms'), 'form', this.domain.forms, (name, node, place) => {
      this.places.forms.set(name, place);
      return this.readForm(name, node);
    });
    this.readDefined(get('responses'), 'response', this.domain.responses, (name, node, place) => {
      this.places.responses.set(name, place);
      this.places.variations.set(name, node.kind === 'list' ? node.items.map((item) => item.place) : []);
      return this.responseReader.read(name, node);
    });
    this.readSession(get('session_config'));
    this.readEndToEndActions(get('e2e_actions'));
    if (file.entries.has('config'))
      this.findings.warning('"config" of the domain is not supported', placeOf(file, 'config'));
  }

  /**
   * The merged domain with Rasa's automatic additions.
   * @param retrievalIntents intents that have training examples with a response key
   */
  finish(retrievalIntents: ReadonlySet<string>): Domain {
    const { intents, slots } = this.domain;
    for (const name of IMPLICIT_INTENTS) intents[name] ??= { usedEntities: true, isRetrieval: false };
    for (const name of retrievalIntents) if (intents[name]) intents[name].isRetrieval = true;
    slots['requested_slot'] ??= automaticSlot('text');
    slots['session_started_metadata'] ??= automaticSlot('any');
    for (const intent of Object.values(intents)) this.resolveIgnoredEntities(intent);
    return this.domain;
  }

  // -- lists of names -------------------------------------------------------------------------------------------------

  private readNamed<Definition>(
    node: YamlNode | undefined,
    key: string,
    into: Record<string, Definition>,
    define: (item: NamedItem) => Definition,
  ): void {
    const here = new Set<string>();
    for (const item of this.namedItems(node, key)) {
      if (here.has(item.name)) {
        this.findings.error(`${item.name} is listed twice in ${key}`, item.place);
        continue;
      }
      here.add(item.name);
      const isRepeated = item.name in into;
      // A declaration with properties takes precedence over the bare name in another file.
      if (isRepeated && !item.properties) continue;
      const definition = define(item);
      if (isRepeated && this.detailed.has(`${key} ${item.name}`))
        this.findings.warning(`${item.name} has properties in the ${key} of another file too; these count`, item.place);
      if (item.properties) this.detailed.add(`${key} ${item.name}`);
      into[item.name] = definition;
    }
  }

  private namedItems(node: YamlNode | undefined, key: string): NamedItem[] {
    return this.expect.items(node, key).flatMap((item): NamedItem[] => {
      if (item.kind === 'scalar' && item.value !== null)
        return [{ name: String(item.value), properties: undefined, place: item.place }];
      const [entry, ...more] = item.kind === 'map' ? item.entries : [];
      if (!entry || more.length > 0) {
        this.findings.error(`an item of ${key} must be a name, or one name with properties`, item.place);
        return [];
      }
      const [name, properties] = entry;
      if (isNull(properties)) {
        this.findings.error(`${name} in ${key} has a colon but no properties; remove the colon`, item.place);
        return [];
      }
      return [{ name, properties: this.expect.map(properties, `the properties of ${name}`), place: item.place }];
    });
  }

  private readActions(node: YamlNode | undefined): void {
    const here = new Set<string>();
    for (const { name, properties, place } of this.namedItems(node, 'actions')) {
      if (here.has(name)) this.findings.error(`${name} is listed twice in actions`, place);
      here.add(name);
      if (properties) this.readActionProperties(name, properties);
      if (!this.domain.actions.includes(name)) this.domain.actions.push(name);
    }
  }

  private readActionProperties(name: string, properties: YamlMap): void {
    this.expect.onlyKeys(properties, ['send_domain'], `action ${name}`);
    const sendsDomain = this.expect.boolean(properties.entries.get('send_domain'), `send_domain of action ${name}`);
    if (sendsDomain) this.domain.actionsWithDomain = [...(this.domain.actionsWithDomain ?? []), name];
  }

  private readEndToEndActions(node: YamlNode | undefined): void {
    const texts = this.expect.texts(node, 'e2e_actions');
    if (texts.length > 0)
      this.domain.endToEndActions = [...new Set([...(this.domain.endToEndActions ?? []), ...texts])];
  }

  // -- mappings of names ----------------------------------------------------------------------------------------------

  private readDefined<Definition>(
    node: YamlNode | undefined,
    kind: string,
    into: Record<string, Definition>,
    define: (name: string, node: YamlNode, place: Place) => Definition | undefined,
  ): void {
    const map = this.expect.map(node, `${kind}s`);
    for (const [name, definition] of map?.entries ?? []) {
      const place = placeOf(map!, name);
      if (name in into) {
        this.findings.warning(`${kind} ${name} is already defined in another file; this one is ignored`, place);
        continue;
      }
      const defined = define(name, definition, place);
      if (defined !== undefined) into[name] = defined;
    }
  }

  private readForm(name: string, node: YamlNode): FormDefinition | undefined {
    const map = this.expect.map(node, `form ${name}`);
    if (!map) return isNull(node) ? { requiredSlots: [], ignoredIntents: [] } : undefined;
    const required = map.entries.get('required_slots');
    if (!required && map.entries.has('ignored_intents'))
      this.findings.error(`form ${name} has ignored_intents but no required_slots`, map.place);
    for (const key of map.entries.keys())
      if (key !== 'required_slots' && key !== 'ignored_intents')
        this.findings.error(
          `"${key}" in form ${name} is unknown; slots are listed under required_slots`,
          placeOf(map, key),
        );
    return {
      requiredSlots: this.expect
        .items(required, `required_slots of form ${name}`)
        .map((item) => this.expect.text(item, `a required slot of form ${name}`))
        .filter((slot) => slot !== undefined),
      ignoredIntents: this.expect.texts(map.entries.get('ignored_intents'), `ignored_intents of form ${name}`),
    };
  }

  // -- definitions ----------------------------------------------------------------------------------------------------

  private readIntent({ name, properties }: NamedItem): IntentDefinition {
    const intent: IntentDefinition = { usedEntities: true, isRetrieval: false };
    if (!properties) return intent;
    this.expect.onlyKeys(properties, INTENT_KEYS, `intent ${name}`);
    const used = properties.entries.get('use_entities');
    const usesFlag = used?.kind === 'scalar' && typeof used.value === 'boolean';
    if (usesFlag) intent.usedEntities = used.value === true ? true : [];
    else if (used) intent.usedEntities = this.expect.texts(used, `use_entities of intent ${name}`);
    const ignored = properties.entries.get('ignore_entities');
    if (ignored) this.ignoredEntities.set(intent, this.expect.texts(ignored, `ignore_entities of intent ${name}`));
    return intent;
  }

  // Entities may be declared after the intents that ignore them, so this needs the whole domain.
  private resolveIgnoredEntities(intent: IntentDefinition): void {
    const ignored = this.ignoredEntities.get(intent);
    if (!ignored) return;
    const used = intent.usedEntities === true ? Object.keys(this.domain.entities) : intent.usedEntities;
    intent.usedEntities = used.filter((entity) => !ignored.includes(entity));
  }

  private readEntity({ name, properties }: NamedItem): EntityDefinition {
    if (properties) this.expect.onlyKeys(properties, ENTITY_KEYS, `entity ${name}`);
    const get = (key: string) => properties?.entries.get(key);
    return {
      roles: this.expect.texts(get('roles'), `roles of entity ${name}`),
      groups: this.expect.texts(get('groups'), `groups of entity ${name}`),
      influencesConversation:
        this.expect.boolean(get('influence_conversation'), `influence_conversation of entity ${name}`) ?? true,
    };
  }

  private readSession(node: YamlNode | undefined): void {
    const map = this.expect.map(node, 'session_config');
    if (!map) return;
    this.expect.onlyKeys(map, SESSION_KEYS, 'session_config');
    const get = (key: string) => map.entries.get(key);
    const expiration = this.expect.number(get('session_expiration_time'), 'session_expiration_time');
    const carryOver = this.expect.boolean(get('carry_over_slots_to_new_session'), 'carry_over_slots_to_new_session');
    if (expiration !== undefined && expiration < 0)
      this.findings.error(
        'session_expiration_time must be 0 or more minutes; 0 never expires',
        placeOf(map, 'session_expiration_time'),
      );
    // Among several files, a value other than the default counts.
    if (expiration !== undefined && expiration !== 60) this.domain.session.expirationTime = expiration;
    if (carryOver === false) this.domain.session.carryOverSlots = false;
  }
}
