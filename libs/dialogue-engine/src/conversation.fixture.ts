import { type Assistant } from '#assistant/model';
import { type Entity } from '#contracts';
import { type ActionCall, ActionRejected, type ActionResult, type TurnPorts } from './actions/action-call.js';
import { DialogueEngine, type EngineOptions } from './engine.js';
import { type IncomingMessage } from './tracker/incoming-message.js';
import { type ActionResponse } from './responses/response.js';
import { Tracker } from './tracker/tracker.js';
import { type Turn } from './turn.js';
import { type Event } from './tracker/event.js';

export type Handler = (call: ActionCall) => { events?: Event[]; responses?: ActionResponse[] };

/** Runs custom actions by functions. An action without a function fails. */
export function portsOf(handlers: Record<string, Handler> = {}, clock = { seconds: 1_000 }): TurnPorts {
  return {
    now: () => clock.seconds,
    random: () => 0,
    runAction: (call): Promise<ActionResult> => {
      const handler = handlers[call.name];
      if (!handler) return Promise.reject(new Error(`There is no action "${call.name}".`));
      try {
        return Promise.resolve({ events: [], responses: [], ...handler(call) });
      } catch (error) {
        return Promise.reject(error instanceof Error ? error : new Error(String(error)));
      }
    },
  };
}

export const reject: Handler = ({ name }) => {
  throw new ActionRejected(name);
};
export const crash: Handler = () => {
  throw new Error('out of order');
};

/** `intent` with optional `entity=value` pairs after it; the text is the whole line unless given. */
export function messageOf(line: string, text = line): IncomingMessage {
  const [name = '', ...pairs] = line.split(' ');
  const entities: Entity[] = pairs.map((pair) => {
    const [entity = '', value] = pair.split('=');
    return { entity, value, start: 0, end: 0 };
  });
  return {
    text,
    understanding: { text, intent: { name, confidence: 1 }, entities, intent_ranking: [] },
    messageId: `message of ${line}`,
    inputChannel: 'rest',
    outputChannel: 'collector',
  };
}

const engines = new WeakMap<Assistant, DialogueEngine>();

/** The engine of an assistant. It keeps no state between turns, so one serves all conversations. */
function engineOf(assistant: Assistant): DialogueEngine {
  const engine = engines.get(assistant) ?? new DialogueEngine(assistant);
  engines.set(assistant, engine);
  return engine;
}

/** One conversation with an assistant. */
export class Conversation {
  readonly engine: DialogueEngine;
  readonly clock = { seconds: 1_000 };
  readonly ports: TurnPorts;
  tracker: Tracker;

  constructor(assistant: Assistant, handlers: Record<string, Handler> = {}, options: EngineOptions = {}) {
    this.engine = Object.keys(options).length > 0 ? new DialogueEngine(assistant, options) : engineOf(assistant);
    this.ports = portsOf(handlers, this.clock);
    this.tracker = Tracker.start('someone', assistant.domain);
  }

  turn(line: string, text?: string): Promise<Turn> {
    return this.engine.takeTurn(this.tracker, messageOf(line, text), this.ports);
  }

  /** The texts of the replies to a message. */
  async says(line: string, text?: string): Promise<(string | undefined)[]> {
    return (await this.turn(line, text)).messages.map((message) => message.text);
  }
}

/** Actions and slots of a turn, to compare their order. */
export const outline = ({ events }: Turn): string[] =>
  events.map((event) => {
    if (event.event === 'slot') return `slot ${event.name}=${JSON.stringify(event.value)}`;
    if ('name' in event) return `${event.event} ${event.name}`;
    return event.event;
  });
