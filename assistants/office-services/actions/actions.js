/**
 * The custom actions of this assistant. Each takes `{ slots, candidates, domain }` and returns events and responses as
 * the action-server protocol has them. They keep no state: the reference number follows from what was requested.
 */

/** What is in store, by how several of it are called. */
const ITEMS = { monitors: 'monitor', keyboards: 'keyboard', mice: 'mouse', headsets: 'headset', chairs: 'chair' };
const LARGE_ORDER = 4;
const MOST_OF_ONE = 20;
const TOP_FLOOR = 9;

const slot = (name, value) => ({ event: 'slot', name, value });
const answer = (events, responses = []) => ({ events, responses });

/** A short number that is the same for the same request. */
function referenceOf(...parts) {
  let sum = 0;
  for (const character of parts.join('|')) sum = (sum * 31 + character.codePointAt(0)) % 90_000;
  return `OS-${10_000 + sum}`;
}

/** Checks what was just said, slot by slot. A refused value becomes null, so it is asked for again. */
function checked(candidates, checks) {
  const results = Object.entries(candidates).flatMap(([name, value]) => (checks[name] ? [checks[name](value)] : []));
  return answer(
    results.flatMap(({ events }) => events),
    results.flatMap(({ responses }) => responses),
  );
}

/** Adds what the form asks next: the first of the required slots that is still empty, or nothing. */
function askingNext({ events, responses }, slots, required) {
  const known = { ...slots, ...Object.fromEntries(events.map(({ name, value }) => [name, value])) };
  const next = required(known).find((name) => known[name] === null || known[name] === undefined) ?? null;
  return answer([...events, slot('requested_slot', next)], responses);
}

function checkItem(value) {
  const said = String(value).toLowerCase();
  const item = Object.hasOwn(ITEMS, said) ? ITEMS[said] : said;
  if (Object.values(ITEMS).includes(item)) return answer([slot('item', item)]);
  const choices = Object.keys(ITEMS).join(', ');
  return answer([slot('item', null)], [{ response: 'utter_unknown_item', item: value, choices }]);
}

const checkNumber = (name, most) => (value) => {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return answer([slot(name, number)]);
  return answer([slot(name, null)], [{ response: 'utter_bad_count' }]);
};

const checkFloor = (name, other) => (value) => {
  const floor = Number(value);
  if (!Number.isInteger(floor) || floor < 0 || floor > TOP_FLOOR)
    return answer([slot(name, null)], [{ text: `The floors are 0 to ${TOP_FLOOR}.` }]);
  if (String(floor) === other) return answer([slot(name, null)], [{ response: 'utter_same_floor', floor }]);
  return answer([slot(name, String(floor))]);
};

/** What an order has to say depends on how it is delivered and how large it is. */
const slotsOfOrder = ({ delivery, count }) => [
  'item',
  'count',
  'delivery',
  ...(delivery === 'desk' ? ['desk'] : []),
  ...(count >= LARGE_ORDER ? ['reason'] : []),
  'confirmed',
];

const SLOTS_OF_ORDER = ['item', 'second_item', 'count', 'delivery', 'desk', 'reason', 'confirmed'];
const SLOTS_OF_BOOKING = ['room_kind', 'room_day', 'people', 'extras'];
const SLOTS_OF_MOVE = ['floor_from', 'floor_to'];

const emptied = (...names) => names.map((name) => slot(name, null));

/** By name. */
export const actions = {
  validate_equipment_form: ({ slots, candidates }) =>
    askingNext(
      checked(candidates, { item: checkItem, count: checkNumber('count', MOST_OF_ONE) }),
      slots,
      slotsOfOrder,
    ),

  action_place_order: ({ slots: { item, second_item, count, delivery, reason, confirmed } }) => {
    if (!confirmed) return answer([slot('needs_approval', null)], [{ response: 'utter_order_dropped' }]);
    const number = referenceOf(item, second_item, count, delivery, reason);
    return answer(
      [
        slot('needs_approval', count >= LARGE_ORDER),
        slot('last_request', { kind: 'order', number, items: [item, second_item].filter(Boolean), count }),
      ],
      [{ response: 'utter_order_placed', number }],
    );
  },

  action_close_order: () => answer(emptied('needs_approval', ...SLOTS_OF_ORDER)),

  action_forget_request: () => answer(emptied(...SLOTS_OF_ORDER, ...SLOTS_OF_BOOKING, ...SLOTS_OF_MOVE)),

  action_ask_room_day: () =>
    answer(
      [],
      [
        {
          text: 'For which day?',
          buttons: ['today', 'tomorrow'].map((day) => ({ title: day, payload: `/inform{"day": "${day}"}` })),
        },
      ],
    ),

  validate_room_form: ({ candidates }) => checked(candidates, { people: checkNumber('people', 40) }),

  action_book_room: ({ slots: { room_kind, room_day, people, extras } }) => {
    const number = referenceOf(room_kind, room_day, people, extras);
    return answer(
      [
        slot('last_request', { kind: 'booking', number, room_kind, day: room_day, people, extras }),
        ...emptied(...SLOTS_OF_BOOKING),
      ],
      [{ response: 'utter_room_booked', number, room_kind, day: room_day }],
    );
  },

  validate_move_form: ({ slots, candidates }) =>
    checked(candidates, {
      floor_from: checkFloor('floor_from', undefined),
      floor_to: checkFloor('floor_to', slots.floor_from),
    }),

  action_request_move: ({ slots: { floor_from, floor_to } }) => {
    const number = referenceOf('move', floor_from, floor_to);
    return answer(
      [slot('last_request', { kind: 'move', number, floor_from, floor_to }), ...emptied(...SLOTS_OF_MOVE)],
      [{ response: 'utter_move_requested', number, floor_from, floor_to }],
    );
  },
};

/**
 * Runs one action as the dialogue server asks for it.
 * @param {{ next_action: string, tracker: { slots: object, events: object[] }, domain?: object }} call
 * @returns {{ events: object[], responses: object[] } | undefined} undefined when there is no such action
 */
export function runAction({ next_action: name, tracker, domain }) {
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  return action?.({ slots: tracker.slots, candidates: candidatesOf(tracker.events), domain });
}

/** What a form wants to have checked: the slot events at the end of the history. */
function candidatesOf(events) {
  const last = events.findLastIndex(({ event }) => event !== 'slot');
  return Object.fromEntries(events.slice(last + 1).map(({ name, value }) => [name, value]));
}
