import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import { type Domain } from '#assistant';
import { type ExplainedTurn } from '../shell/in-process-assistant.js';
import { type Turn } from './conversation.js';
import { textTest } from './expected-text.js';

/** A part of the turn that is not as expected, such as the texts or the slots, line by line. */
export interface Mismatch {
  what: 'bot' | 'buttons' | 'slots' | 'actions' | 'incident';
  lines: DiffLine[];
}
export interface DiffLine {
  sign: ' ' | '-' | '+';
  text: string;
}

/** Actions that occur in many turns and are never the subject of a test. */
const UNTOLD = new Set(['action_listen', 'action_session_start']);

/** The actual result of a turn. */
export interface Happened extends Pick<ExplainedTurn, 'messages' | 'trace'> {
  /** The incidents that the turn asked to open. */
  incidents: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Compares a turn with its expectations. Returns an empty list when all are met.
 * @throws Error when an expectation cannot be read.
 */
export function checkTurn(expected: Turn, happened: Happened, domain: Pick<Domain, 'responses'>): Mismatch[] {
  const { messages, trace, incidents } = happened;
  const mismatches: Mismatch[] = [];
  const note = (what: Mismatch['what'], lines: DiffLine[]): void => {
    if (lines.some(({ sign }) => sign !== ' ')) mismatches.push({ what, lines });
  };
  if (expected.bot !== undefined) {
    const tests = [expected.bot].flat().map((text) => ({ text: text.trim(), test: textTest(text, domain) }));
    note('bot', compared(tests, messages.map(textOf)));
  }
  if (expected.buttons) {
    const buttons = messages.findLast((message) => message.buttons?.length)?.buttons ?? [];
    const tests = expected.buttons.map((text) => ({ text, test: (title: string) => title === text }));
    const shown = buttons.map(({ title, payload }) => (expected.buttons!.includes(payload) ? payload : title));
    note('buttons', compared(tests, shown));
  }
  const actions = expected.actions ?? (expected.action === undefined ? undefined : [expected.action]);
  if (actions) {
    const chosen = (trace?.actions ?? []).map(({ name }) => name).filter((name) => !UNTOLD.has(name));
    const tests = actions.map((text) => ({ text, test: (name: string) => name === text }));
    note('actions', compared(tests, chosen));
  }
  if (expected.slots) note('slots', fieldsCompared(expected.slots, trace?.slots ?? {}));
  if (expected.incident !== undefined) note('incident', incidentCompared(expected.incident, incidents, domain));
  return mismatches;
}

const textOf = ({ text, image, custom }: Happened['messages'][number]): string =>
  text ?? image ?? (custom ? JSON.stringify(custom) : '');

/** Compares the expected lines with the actual ones, in order. */
function compared(expected: { text: string; test: (text: string) => boolean }[], found: string[]): DiffLine[] {
  const changes = diffArrays<{ text: string; test?: (text: string) => boolean }>(
    expected,
    found.map((text) => ({ text })),
    { comparator: (left, right) => left.test?.(right.text) ?? right.test?.(left.text) ?? false },
  );
  return changes.flatMap(({ value, added, removed }) =>
    value.map(({ text }) => ({ sign: added ? ('+' as const) : removed ? ('-' as const) : (' ' as const), text })),
  );
}

function fieldsCompared(
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
  isSame: (wanted: unknown, value: unknown) => boolean = isDeepStrictEqual,
): DiffLine[] {
  return Object.entries(expected).flatMap(([name, wanted]): DiffLine[] => {
    const value = found[name] ?? null;
    if (isSame(wanted, value)) return [{ sign: ' ', text: `${name}: ${JSON.stringify(wanted)}` }];
    return [
      { sign: '-', text: `${name}: ${JSON.stringify(wanted)}` },
      { sign: '+', text: `${name}: ${JSON.stringify(value)}` },
    ];
  });
}

function incidentCompared(
  expected: NonNullable<Turn['incident']> | null,
  incidents: Happened['incidents'],
  domain: Pick<Domain, 'responses'>,
): DiffLine[] {
  if (expected === null) return incidents.map((incident) => ({ sign: '+', text: JSON.stringify(incident) }));
  const [incident, ...more] = incidents;
  if (!incident)
    return [
      { sign: '-', text: JSON.stringify(expected) },
      { sign: '+', text: 'no incident' },
    ];
  const isSame = (wanted: unknown, value: unknown): boolean =>
    typeof wanted === 'string' && typeof value === 'string'
      ? textTest(wanted, domain)(value)
      : isDeepStrictEqual(wanted, value);
  return [
    ...fieldsCompared(expected, incident, isSame),
    ...more.map((other) => ({ sign: '+' as const, text: JSON.stringify(other) })),
  ];
}
