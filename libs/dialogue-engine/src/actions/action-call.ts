import { type Domain, type FormAssistance } from '#assistant/model';
import { type Event } from '../tracker/event.js';
import { type ActionResponse, renderActionResponse, respond } from '../responses/response.js';
import { type Tracker, type TrackerView } from '../tracker/tracker.js';

/** What the engine asks of the world around it. */
export interface TurnPorts {
  /** Seconds since the epoch. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Carries out a custom action. Throws `ActionRejected` to decline; any other error is a failure of the action. */
  runAction(call: ActionCall): Promise<ActionResult>;
}

export interface ActionCall {
  name: string;
  /** The conversation as the action may see it; valid during the call. */
  tracker: TrackerView;
  domain: Domain;
  outputChannel: string;
}
export interface ActionResult {
  events: Event[];
  responses: ActionResponse[];
}

/** An action declines to run now, and something else shall be predicted. */
export class ActionRejected extends Error {
  constructor(readonly action: string) {
    super(`The action "${action}" declined.`);
  }
}

/** What the actions of one turn have in common. */
export interface TurnSetting {
  domain: Domain;
  outputChannel: string;
  ports: TurnPorts;
  /** Intents whose messages no free text takes, and no payload either; undefined: every text may be taken. */
  commands: ReadonlySet<string> | undefined;
  /** What forms do beyond Rasa's; undefined: nothing. */
  assistance: FormAssistance | undefined;
  /** Notes that an action failed, of which the person need not be told. */
  note(action: string, error: unknown): void;
  /** Notes that an action failed and returns what is to be said about it: once in a turn. */
  fail(action: string, error: unknown, tracker: TrackerView): Event[];
}

/** Runs a custom action: its messages as bot events, then the events that it returned. */
export async function runCustomAction(name: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const { domain, outputChannel, ports } = setting;
  const { events, responses } = await ports.runAction({ name, tracker, domain, outputChannel });
  const random = () => ports.random();
  const messages = responses.map((response) =>
    renderActionResponse(response, { domain, tracker, outputChannel, random }),
  );
  return [...messages.filter((message) => message !== undefined), ...events];
}

/** Says a response of the domain; nothing if there is no fitting one. */
export function utter(
  name: string,
  tracker: TrackerView,
  { domain, outputChannel, ports }: Pick<TurnSetting, 'domain' | 'outputChannel' | 'ports'>,
  variables: Record<string, unknown> = {},
): Event[] {
  const message = respond(name, { domain, tracker, outputChannel, random: () => ports.random() }, variables);
  return message ? [message] : [];
}
