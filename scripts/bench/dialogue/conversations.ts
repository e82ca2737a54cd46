/** Conversations for the benchmark: messages from stories or at random, and the trackers at each decision. */
import { type Assistant, type StoryEntity } from '#assistant';
import { type DialogueEngine, type IncomingMessage, Tracker, type TurnPorts } from '#dialogue-engine';
import { seededRandom } from '#seeded-random';

/** Custom actions do nothing, so that only the engine is measured. */
export function idlePorts(): TurnPorts {
  let seconds = 1_000;
  return {
    now: () => (seconds += 0.001),
    random: () => 0,
    runAction: () => Promise.resolve({ events: [], responses: [] }),
  };
}

/** A message with the result of the NLU. */
export function messageOf(intent: string, entities: readonly StoryEntity[] = []): IncomingMessage {
  return {
    text: `about ${intent}`,
    understanding: {
      text: `about ${intent}`,
      intent: { name: intent, confidence: 0.9 },
      entities: entities.map(({ entity, value }) => ({ entity, value, start: 0, end: 0 })),
      intent_ranking: [{ name: intent, confidence: 0.9 }],
    },
    messageId: 'bench',
    inputChannel: 'rest',
    outputChannel: 'collector',
  };
}

/** Dialogues with an assistant. Half of them follow its stories, and the others consist of random messages. */
export function dialoguesOf({ domain, stories }: Assistant, count: number, seed = 1): IncomingMessage[][] {
  const random = seededRandom(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!;
  const intents = Object.keys(domain.intents).filter((name) => !['restart', 'session_start', 'back'].includes(name));
  const entities = Object.keys(domain.entities);
  const chance = () => messageOf(pick(intents), random() < 0.3 ? [{ entity: pick(entities), value: 'some' }] : []);
  return Array.from({ length: count }, (_, index) => {
    if (index % 2 === 1 || stories.length === 0) return Array.from({ length: 8 }, chance);
    return [pick(stories), pick(stories)].flatMap(({ steps }) =>
      steps.flatMap((step) => (step.kind === 'user' ? [messageOf(step.intent, step.entities)] : [])),
    );
  });
}

/** The tracker at each decision in these dialogues. */
export async function decisionPoints(
  engine: DialogueEngine,
  dialogues: readonly (readonly IncomingMessage[])[],
): Promise<Tracker[]> {
  const points: Tracker[] = [];
  for (const dialogue of dialogues) {
    const tracker = Tracker.start('bench', engine.domain);
    for (const message of dialogue) {
      const before = tracker.copy();
      const { events } = await engine.takeTurn(tracker, message, idlePorts());
      for (const event of events) {
        if (event.event === 'action' && event.policy && event.policy !== 'followup_action') points.push(before.copy());
        before.apply(event);
      }
    }
  }
  return points;
}
