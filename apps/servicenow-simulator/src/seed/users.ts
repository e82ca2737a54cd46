import { type Row } from '../data/schema.js';
import { accounts, people, seedId } from './accounts.js';

const PLATFORM = 'snc_internal,snc_platform_rest_api_access';

/** Groups that incidents are assigned to. */
export const groups = {
  serviceDesk: { sys_id: seedId('960', 1), name: 'Service Desk' },
  network: { sys_id: seedId('960', 2), name: 'Network' },
  messaging: { sys_id: seedId('960', 3), name: 'Messaging' },
} as const;

export const departments = {
  finance: { sys_id: seedId('de0', 1), name: 'Finance' },
  sales: { sys_id: seedId('de0', 2), name: 'Sales' },
} as const;

type Account = (typeof accounts)[keyof typeof accounts];
type Person = (typeof people)[keyof typeof people];

const account = ({ sysId, userName, password }: Account, name: string, roles: string, more: Row = {}): Row => {
  const [first = '', ...last] = name.split(' ');
  return {
    sys_id: sysId,
    user_name: userName,
    user_password: password,
    email: `${userName}@example.com`,
    name,
    first_name: first,
    last_name: last.join(' '),
    roles,
    time_zone: 'GMT',
    ...more,
  };
};

/** People log in with the local part of their address, unless it is not theirs alone; their password is the same. */
const person = ({ sysId, email, name }: Person, more: Row = {}): Row => {
  const userName = more['user_name'] ?? (email.split('@')[0] || name.toLowerCase().replace(' ', '.'));
  const [first = '', ...last] = name.split(' ');
  return {
    sys_id: sysId,
    user_name: userName,
    user_password: userName,
    email,
    name,
    first_name: first,
    last_name: last.join(' '),
    department: departments.sales.sys_id,
    preferred_language: 'en',
    title: 'Employee',
    ...more,
  };
};

/** Everybody the instance knows. */
export const users: readonly Row[] = [
  account(accounts.admin, 'System Administrator', 'admin'),
  account(accounts.service, 'Helpdesk Assistant', `sn_incident_write,${PLATFORM}`, { web_service_access_only: 'true' }),
  account(accounts.reader, 'API Reader', `sn_incident_read,${PLATFORM}`, { web_service_access_only: 'true' }),
  account(accounts.noRole, 'API Nobody', ''),
  account(accounts.agent, 'Marta Keller', 'itil,itil_admin', { time_zone: 'Europe/Berlin' }),
  person(people.abraham),
  person(people.ana, { time_zone: 'Europe/Madrid' }),
  person(people.plus, { time_zone: 'Asia/Kolkata' }),
  person(people.apostrophe, { time_zone: 'Europe/Dublin' }),
  person(people.shared, { user_name: 'karin.blom' }),
  person(people.sharedToo, { user_name: 'olaf.blom' }),
  person(people.inactive, { active: 'false' }),
  person(people.locked, { locked_out: 'true' }),
  person(people.caret),
  person(people.accents, { time_zone: 'America/Los_Angeles' }),
  person(people.noEmail),
  person(people.vip, { vip: 'true', department: departments.finance.sys_id, title: 'Acquisitions' }),
];
