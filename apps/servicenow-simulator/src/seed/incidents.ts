import { type Row } from '../data/schema.js';
import { stampOf } from '../environment/date-time.js';
import { RESTRICTED_TAG } from '../access/access-rules.js';
import { priorityOf } from '../records/priority.js';
import { accounts, people, seededIncidents, seedId } from './accounts.js';
import { groups } from './users.js';

const HOUR = 3_600_000;

const TROUBLES: readonly (readonly [string, string])[] = [
  ['VPN drops every few minutes', 'network'],
  ['Outlook does not open', 'software'],
  ['Printer on the second floor jams', 'hardware'],
  ['Cannot reach the file share', 'network'],
  ['Laptop battery does not charge', 'hardware'],
  ['Password expired while travelling', 'password_reset'],
  ['Need access to the reporting database', 'database'],
  ['Question about mailbox size', 'inquiry'],
];
const STATES = ['1', '2', '3', '6', '7', '8'];
// Abraham is left out: what he has is told in demonstrations.
const CALLERS = Object.values(people)
  .map(({ sysId }) => sysId)
  .filter((sysId) => sysId !== people.abraham.sysId);

const shared = (row: Row): Row => ({
  opened_by: accounts.agent.sysId,
  sys_created_by: accounts.agent.userName,
  sys_updated_by: accounts.agent.userName,
  assignment_group: groups.serviceDesk.sys_id,
  ...row,
  incident_state: row['state']!,
  active: String(row['state'] !== '7' && row['state'] !== '8'),
  sys_created_on: row['opened_at']!,
});

/** An incident as a year of work leaves it, told by its number alone. */
function ordinary(number: number, start: number): Row {
  const [title, category] = TROUBLES[number % TROUBLES.length]!;
  const state = STATES[number % STATES.length]!;
  const opened = start - (2 + number) * 6 * HOUR;
  const ended = stampOf(start - ((number % 5) + 1) * 6 * HOUR);
  const impact = String((number % 3) + 1);
  const urgency = String((Math.floor(number / 3) % 3) + 1);
  const isSolved = state === '6' || state === '7';
  return shared({
    sys_id: seedId('1c0', number),
    number: `INC${String(number).padStart(7, '0')}`,
    short_description: title,
    description: `${title}. It began yesterday.`,
    category,
    caller_id: CALLERS[number % CALLERS.length]!,
    state,
    impact,
    urgency,
    priority: priorityOf(impact, urgency),
    opened_at: stampOf(opened),
    sys_updated_on: isSolved || state === '8' ? ended : stampOf(opened + HOUR),
    sys_mod_count: state === '1' ? '0' : '2',
    assigned_to: state === '1' ? '' : accounts.agent.sysId,
    ...(state === '3' && { hold_reason: ['1', '5', '3', '4'][number % 4]! }),
    ...(isSolved && {
      close_code: 'Solution provided',
      close_notes: 'Done together with the caller.',
      resolved_at: ended,
      resolved_by: accounts.agent.sysId,
    }),
    ...((state === '7' || state === '8') && { closed_at: ended, closed_by: accounts.agent.sysId }),
  });
}

/** Sixty incidents; the next one is INC0010008. Their times are before `start`. */
export function incidents(start: number): readonly Row[] {
  const recent = (number: number, fields: Row): Row => {
    const at = stampOf(start - (10_100 - number) * 60_000);
    const levels = { impact: '2', urgency: '2', priority: '3' };
    const base = {
      sys_id: seedId('1c0', number),
      number: `INC00${number}`,
      category: 'software',
      contact_type: 'email',
    };
    return shared({ ...base, ...levels, state: '2', opened_at: at, sys_updated_on: at, sys_mod_count: '1', ...fields });
  };
  return [
    ...Array.from({ length: 53 }, (_, index) => ordinary(index + 1, start)),
    recent(10_001, { short_description: 'Calendar shows meetings twice', caller_id: people.ana.sysId }),
    recent(10_002, {
      short_description: 'Email Log in problem',
      description: 'The mail program does not accept my password.',
      caller_id: people.abraham.sysId,
      assigned_to: accounts.agent.sysId,
      opened_at: '2020-05-21 09:57:06',
      sys_updated_on: '2020-05-21 10:20:00',
    }),
    recent(10_003, { short_description: 'Ticket from before the upgrade', caller_id: people.ana.sysId, state: '4' }),
    recent(10_004, {
      short_description: 'Investigation of a lost laptop',
      caller_id: people.ana.sysId,
      sys_tags: RESTRICTED_TAG,
    }),
    recent(10_005, {
      short_description: 'Mail is down at all sites',
      caller_id: people.vip.sysId,
      impact: '1',
      urgency: '1',
      priority: '1',
      major_incident_state: 'accepted',
      child_incidents: '2',
      assignment_group: groups.messaging.sys_id,
    }),
    recent(10_006, {
      short_description: 'No mail since this morning',
      caller_id: people.plus.sysId,
      parent_incident: seededIncidents.major.sysId,
    }),
    recent(10_007, {
      short_description: 'Cannot send mail',
      caller_id: people.apostrophe.sysId,
      parent_incident: seededIncidents.major.sysId,
    }),
  ];
}
