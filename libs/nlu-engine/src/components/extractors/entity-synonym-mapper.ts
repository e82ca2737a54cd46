import { type Component, type ComponentType, type Message } from '../../component/component.js';
import { type State } from '../../learning/state.js';

/**
 * `EntitySynonymMapper`: replaces the values of entities found so far by their canonical value, ignoring case. The table
 * has the `synonym` items of the training data and every annotation whose value differs from its text; a canonical value
 * maps its own case variants to itself. The last entry for a surface form wins. No options.
 */
class EntitySynonymMapper implements Component {
  constructor(private readonly table: ReadonlyMap<string, string>) {}

  process(message: Message): void {
    for (const entity of message.entities) {
      const canonical = this.table.get(String(entity.value).toLowerCase());
      if (canonical === undefined) continue;
      entity.value = canonical;
      entity.processors = [...(entity.processors ?? []), 'EntitySynonymMapper'];
    }
  }

  save(): State {
    return [...this.table];
  }
}

export const entitySynonymMapper: ComponentType = {
  names: ['EntitySynonymMapper'],
  role: 'other',
  needs: [],
  train({ messages, nlu }) {
    const annotated = messages.flatMap(({ text, annotations }) =>
      annotations.map(({ start, end, value }) => ({ surface: text.slice(start, end), value })),
    );
    const pairs = [...nlu.synonyms, ...annotated].filter(({ surface, value }) => surface !== value);
    return new EntitySynonymMapper(
      new Map([
        ...pairs.map(({ value }): [string, string] => [value.toLowerCase(), value]),
        ...pairs.map(({ surface, value }): [string, string] => [surface.toLowerCase(), value]),
      ]),
    );
  },
  load: (state) => new EntitySynonymMapper(new Map(state as [string, string][])),
};
