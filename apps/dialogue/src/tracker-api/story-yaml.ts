import { stringify } from 'yaml';
import { type Domain } from '#assistant';
import { type Event, Tracker, type UserEvent } from '#dialogue-engine';

/** Actions that stories leave out, because they follow from the other steps. */
const IMPLIED = new Set(['action_listen', 'action_session_start', 'action_restart', 'action_extract_slots']);

type Step = Record<string, unknown>;

/**
 * Writes a conversation as training stories in Rasa's YAML: one story for each session, with the events that are still
 * in effect. Writes only the newest session unless the caller asks for all.
 */
export function storyYaml(
  conversationId: string,
  history: readonly Event[],
  domain: Domain,
  allSessions: boolean,
): string {
  const sessions = sessionsOf(history);
  const told = allSessions ? sessions : sessions.slice(-1);
  const stories = told
    .map((events) => stepsOf(inEffect(conversationId, events, domain)))
    .filter((steps) => steps.length > 0)
    .map((steps, index, { length }) => ({
      story: length > 1 ? `${conversationId}, story ${index + 1}` : conversationId,
      steps,
    }));
  return stringify({ version: '3.1', stories }, { lineWidth: 0 });
}

function sessionsOf(history: readonly Event[]): Event[][] {
  const sessions: Event[][] = [[]];
  for (const event of history) {
    if (event.event === 'session_started' || event.event === 'restart') sessions.push([]);
    else sessions.at(-1)!.push(event);
  }
  return sessions.filter((events) => events.some(({ event }) => event !== 'action'));
}

/** The events without undone ones, and without the answers to a form's questions, which stories never contain. */
const inEffect = (conversationId: string, events: Event[], domain: Domain): Event[] =>
  Tracker.replay(conversationId, domain, []).toRasaJson('APPLIED', events)['events'] as Event[];

function stepsOf(events: readonly Event[]): Step[] {
  const steps: Step[] = [];
  for (const event of events) {
    const last = steps.at(-1);
    if (event.event === 'user') steps.push(userStep(event));
    else if (event.event === 'action') {
      if (event.name === null && event.action_text) steps.push({ bot: event.action_text });
      else if (event.name !== null && !IMPLIED.has(event.name)) steps.push({ action: event.name });
    } else if (event.event === 'active_loop' || event.event === 'form') steps.push({ active_loop: event.name });
    else if (event.event === 'slot') {
      const set = { [event.name]: event.value };
      if (Array.isArray(last?.['slot_was_set'])) last['slot_was_set'].push(set);
      else steps.push({ slot_was_set: [set] });
    }
  }
  return steps;
}

function userStep({ text, parse_data: { intent, entities } }: UserEvent): Step {
  if (!intent.name) return { user: text ?? '' };
  const shown = entities.map(({ entity, value, role, group }) => ({
    [entity]: value,
    ...(role !== undefined && { role }),
    ...(group !== undefined && { group }),
  }));
  return { intent: intent.name, ...(shown.length > 0 && { entities: shown }) };
}
