import { type Domain, type SlotDefinition, type SlotMapping } from './assistant.js';

/** A domain in Rasa's JSON, for action servers and the HTTP API. Default values are left out. */
export function domainJson({
  intents,
  entities,
  slots,
  forms,
  responses,
  actions,
  endToEndActions = [],
  session,
}: Domain) {
  return {
    intents: Object.entries(intents).map(([name, { usedEntities }]) =>
      usedEntities === true ? name : { [name]: { use_entities: usedEntities } },
    ),
    entities: Object.entries(entities).map(([name, { roles, groups }]) =>
      roles.length + groups.length === 0
        ? name
        : { [name]: { ...(roles.length > 0 && { roles }), ...(groups.length > 0 && { groups }) } },
    ),
    slots: mapValues(slots, slotJson),
    responses: mapValues(responses, (variations) =>
      variations.map(({ condition, ...variation }) => ({
        ...variation,
        ...(condition && { condition: condition.map(({ slot, value }) => ({ type: 'slot', name: slot, value })) }),
      })),
    ),
    actions,
    forms: mapValues(forms, ({ requiredSlots, ignoredIntents }) => ({
      required_slots: requiredSlots,
      ...(ignoredIntents.length > 0 && { ignored_intents: ignoredIntents }),
    })),
    e2e_actions: endToEndActions,
    session_config: {
      session_expiration_time: session.expirationTime,
      carry_over_slots_to_new_session: session.carryOverSlots,
    },
  };
}

function slotJson({
  type,
  influencesConversation,
  initialValue,
  values,
  minValue,
  maxValue,
  mappings,
}: SlotDefinition) {
  return {
    type,
    initial_value: initialValue ?? null,
    influence_conversation: influencesConversation,
    mappings: mappings.map(mappingJson),
    ...(type === 'categorical' && { values }),
    ...(type === 'float' && { min_value: minValue, max_value: maxValue }),
  };
}

function mappingJson({ intents, notIntents, conditions, ...mapping }: SlotMapping) {
  return {
    ...mapping,
    ...(intents.length > 0 && { intent: intents }),
    ...(notIntents.length > 0 && { not_intent: notIntents }),
    ...(conditions.length > 0 && {
      conditions: conditions.map(({ activeLoop, requestedSlot }) => ({
        ...(activeLoop !== undefined && { active_loop: activeLoop }),
        ...(requestedSlot !== undefined && { requested_slot: requestedSlot }),
      })),
    }),
  };
}

const mapValues = <In, Out>(record: Record<string, In>, map: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
