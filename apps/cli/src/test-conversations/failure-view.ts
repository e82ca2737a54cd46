import { explanationOf } from '../shell/explanation.js';
import { type DiffLine, type Mismatch } from './check-turn.js';
import { type ConversationRun, isFailed, type TakenTurn } from './run-conversation.js';

const INDENT = '    ';

/**
 * Describes a failed conversation: its messages, the differences in its last turn, and the reasons of the assistant's
 * decisions.
 */
export function failureText({ conversation, turns }: ConversationRun): string {
  const failed = turns.find(isFailed);
  if (!failed) return '';
  return [
    `${conversation.file}:${conversation.line}`,
    ...turns.filter((turn) => turn !== failed).flatMap(spoken),
    `${INDENT}You › ${failed.expected.user.trim()}`,
    ...differences(failed),
    ...reasons(failed),
  ].join('\n');
}

const spoken = ({ expected, happened }: TakenTurn): string[] => [
  `${INDENT}You › ${expected.user.trim()}`,
  ...(happened?.messages ?? []).flatMap(({ text = '(no text)', buttons = [] }) => [
    ...lines(`${INDENT}Bot › `, text),
    ...(buttons.length > 0 ? [`${INDENT}      [${buttons.map(({ title }) => title).join('] [')}]`] : []),
  ]),
];

function differences({ expected, happened, mismatches }: TakenTurn): string[] {
  const where = `  line ${expected.line}:`;
  if (!happened) return [`${where} there was no answer in time.`];
  return [`${where} expected (-) and what came (+)`, ...mismatches.flatMap(difference)];
}

const difference = ({ what, lines: all }: Mismatch): string[] => [
  `${INDENT}${what}`,
  ...all.flatMap(({ sign, text }: DiffLine) => text.split('\n').map((line) => `${INDENT}${sign} ${line}`)),
];

function reasons({ happened }: TakenTurn): string[] {
  if (!happened?.trace) return [];
  return ['  because', ...explanationOf(happened.trace).map((reason) => `${INDENT}${reason}`)];
}

/** Indents the later lines of a text below the first. */
const lines = (lead: string, text: string): string[] =>
  text.split('\n').map((line, at) => `${at === 0 ? lead : ' '.repeat(lead.length)}${line}`);
