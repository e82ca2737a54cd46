import { type Row } from '../data/schema.js';

/** The account that a request runs as. */
export interface Session {
  userId: string;
  userName: string;
  name: string;
  zone: string;
  roles: ReadonlySet<string>;
}

const CONTAINED: Readonly<Record<string, readonly string[]>> = {
  admin: ['itil_admin'],
  itil_admin: ['itil'],
  itil: ['sn_incident_write', 'snc_platform_rest_api_access'],
  sn_incident_write: ['sn_incident_read'],
};

/** The session of an account, including the roles that its roles contain. */
export function sessionOf(user: Row): Session {
  const roles = new Set((user['roles'] ?? '').split(',').filter((role) => role !== ''));
  for (const role of roles) for (const contained of CONTAINED[role] ?? []) roles.add(contained);
  return {
    userId: user['sys_id']!,
    userName: user['user_name'] ?? '',
    name: user['name'] ?? '',
    zone: user['time_zone'] || 'GMT',
    roles,
  };
}

/** The session of scheduled jobs. */
export const systemSession: Session = {
  userId: '',
  userName: 'system',
  name: 'System',
  zone: 'GMT',
  roles: new Set(['admin']),
};

export const isAdmin = ({ roles }: Session): boolean => roles.has('admin');
