import { type Domain } from '#assistant/model';
import { type Event } from './event.js';

/**
 * The events in effect after `event`, given those in effect before it. A restart or a new session clears them; `rewind`
 * and `undo` cut them back. Returns `applied` itself, extended in place, or a new list if events were
 * removed.
 */
export function appliedAfter(applied: Event[], event: Event): Event[] {
  switch (event.event) {
    case 'restart':
    case 'session_started':
      return [];
    case 'undo':
      return beforeLast(applied, 'action');
    case 'rewind':
      return beforeLast(beforeLast(applied, 'user'), 'action');
    default:
      applied.push(event);
      return applied;
  }
}

function beforeLast(applied: Event[], kind: Event['event']): Event[] {
  const index = applied.findLastIndex((event) => event.event === kind);
  return applied.slice(0, Math.max(index, 0));
}

/**
 * The events as policies see them: repeated runs of a form without interruption are hidden, together with the user
 * turns that answered it, so that stories need not contain them (Rasa's loop compression). `runningForm` is a form that
 * already ran before the first event.
 */
export function withoutAnswers(events: readonly Event[], domain: Domain, runningForm: string | null = null): Event[] {
  const shown: Event[] = [];
  for (const event of events) {
    const form =
      event.event === 'action' && event.name !== null && Object.hasOwn(domain.forms, event.name) ? event.name : null;
    if (form !== null && isRepeatedRun(shown, form, runningForm)) hideAnswer(shown, form);
    else shown.push(event);
  }
  return shown;
}

/** Whether the form ran before and every user turn since then was an answer to it. */
function isRepeatedRun(shown: readonly Event[], form: string, runningForm: string | null): boolean {
  let followingAction: string | null = null;
  for (let index = shown.length - 1; index >= 0; index -= 1) {
    const event = shown[index]!;
    if (event.event === 'active_loop' && event.name === null) return false;
    if (event.event === 'action_execution_rejected' && event.name === form) return false;
    // Stories contain no rejections. There, another action after the user's turn marks the interruption.
    if (event.event === 'user' && followingAction !== null && followingAction !== form) return false;
    if (event.event === 'action') {
      if (event.name === form) return true;
      followingAction = event.name;
    }
  }
  return runningForm === form;
}

function hideAnswer(shown: Event[], form: string): void {
  const lastRun = shown.findLastIndex((event) => event.event === 'action' && event.name === form);
  const kept = shown
    .splice(lastRun + 1)
    .filter(({ event }) => event !== 'action' && event !== 'user' && event !== 'user_featurization');
  shown.push(...kept);
}
