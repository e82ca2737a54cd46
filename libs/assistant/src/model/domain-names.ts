import { ANYTHING, DEFAULT_ACTIONS } from './action-names.js';
import type { Domain, EntityDefinition } from './assistant.js';

/** Every name that an `action:` step may contain. */
export function knownActions(domain: Domain): Set<string> {
  const responses = Object.keys(domain.responses).filter((name) => name.startsWith('utter_'));
  return new Set([
    ...DEFAULT_ACTIONS,
    ANYTHING,
    ...domain.actions,
    ...responses,
    // A retrieval intent answers with one of `utter_<intent>/<key>`.
    ...responses.filter((name) => name.includes('/')).map((name) => name.slice(0, name.indexOf('/'))),
    ...Object.keys(domain.forms),
  ]);
}

/** Names of the actions and responses that a form may use to ask for a slot. */
export const questionsFor = (form: string, slot: string): string[] =>
  ['action', 'utter'].flatMap((kind) => [`${kind}_ask_${form}_${slot}`, `${kind}_ask_${slot}`]);

/** The role and the group of an annotation, in words, if the domain does not declare them. */
export function unknownLabels({ roles, groups }: EntityDefinition, role?: string, group?: string): string[] {
  return [
    ...(role !== undefined && !roles.includes(role) ? [`role ${role}`] : []),
    ...(group !== undefined && !groups.includes(group) ? [`group ${group}`] : []),
  ];
}

/** Whether a categorical slot has a value, regardless of case. */
export const isCategory = (value: unknown, values: readonly string[]): boolean =>
  values.includes((typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase());
