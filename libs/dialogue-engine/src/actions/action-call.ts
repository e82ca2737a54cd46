import { type Domain, type FormAssistance } from '#assistant/model';
import { type Event } from '../tracker/event.js';
import { type ActionResponse, renderActionResponse, respond } from '../responses/response.js';
import { type Tracker, type TrackerView } from '../tracker/tracker.js';

/** Everything outside the engine that a turn needs. */
export interface TurnPorts {
  /** Seconds since the epoch. */
  now(): number;
  /** A number, uniform in [0, 1). */
  random(): number;
  /** Runs a custom action. Throws `ActionRejected` to decline; any other error counts as a failure of the action. */
  runAction(call: ActionCall): Promise<ActionResult>;
}

export interface ActionCall {
  name: string;
  /** A view of the conversation, valid during the call. */
  tracker: TrackerView;
  domain: Domain;
  outputChannel: string;
}
export interface ActionResult {
  events: Event[];
  responses: ActionResponse[];
}

/** Thrown by an action that declines to run now, so that another action is predicted. */
export class ActionRejected extends Error {
  constructor(readonly action: string) {
    super(`The action "${action}" declined.`);
  }
}

/** The context that the actions of one turn share. */
export interface TurnSetting {
  domain: Domain;
  outputChannel: string;
  ports: TurnPorts;
  /** Intents whose messages never fill a free-text slot; then no payload does either. Undefined: every text may. */
  commands: ReadonlySet<string> | undefined;
  /** The configured form assistance; undefined: forms work as in Rasa. */
  assistance: FormAssistance | undefined;
  /** Records a failed action that the person need not know about. */
  note(action: string, error: unknown): void;
  /** Records a failed action and returns the apology as events, once per turn. */
  fail(action: string, error: unknown, tracker: TrackerView): Event[];
}

/** Runs a custom action and returns its messages as bot events, followed by its events. */
export async function runCustomAction(name: string, tracker: Tracker, setting: TurnSetting): Promise<Event[]> {
  const { domain, outputChannel, ports } = setting;
  const { events, responses } = await ports.runAction({ name, tracker, domain, outputChannel });
  const random = () => ports.random();
  const messages = responses.map((response) =>
    renderActionResponse(response, { domain, tracker, outputChannel, random }),
  );
  return [...messages.filter((message) => message !== undefined), ...events];
}

/** Returns a response of the domain as events; none if no variation fits. */
export function utter(
  name: string,
  tracker: TrackerView,
  { domain, outputChannel, ports }: Pick<TurnSetting, 'domain' | 'outputChannel' | 'ports'>,
  variables: Record<string, unknown> = {},
): Event[] {
  const message = respond(name, { domain, tracker, outputChannel, random: () => ports.random() }, variables);
  return message ? [message] : [];
}
