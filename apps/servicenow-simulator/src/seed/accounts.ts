/** The same sys_id in every run: a mark for the kind of record and its number. */
export const seedId = (mark: string, number: number): string =>
  `${mark}${String(number).padStart(32 - mark.length, '0')}`;

const user = (number: number): string => seedId('5e0', number);

/** Accounts that can log in, with their sys_ids. */
export const accounts = {
  /** May do everything. */
  admin: { userName: 'admin', password: 'admin', sysId: user(1) },
  /** What our incident service uses: reads and writes incidents, looks users up. */
  service: { userName: 'svc.helpdesk', password: 'svc.helpdesk', sysId: user(2) },
  /** Reads incidents, writes nothing. */
  reader: { userName: 'api.reader', password: 'api.reader', sysId: user(3) },
  /** Logs in and may read nothing that is not its own. */
  noRole: { userName: 'api.norole', password: 'api.norole', sysId: user(4) },
  /** A person of the service desk. */
  agent: { userName: 'marta.keller', password: 'marta.keller', sysId: user(5) },
} as const;

/** OAuth clients. Client credentials run as the service account, if the client has one. */
export const oauthClients = {
  helpdesk: { clientId: 'helpdesk', clientSecret: 'helpdesk-secret', user: accounts.service.sysId },
  /** A client that nobody gave an application user. */
  unbound: { clientId: 'unbound', clientSecret: 'unbound-secret', user: '' },
} as const;

/** For the header `x-sn-apikey`; runs as the service account. */
export const apiKey = 'sim-api-key-of-svc-helpdesk';

/** People who have incidents, with their sys_ids and what is special about them. */
export const people = {
  abraham: { sysId: user(20), email: 'abraham.lincoln@example.com', name: 'Abraham Lincoln' },
  /** Lives in another zone than GMT. */
  ana: { sysId: user(21), email: 'ana.ruiz@example.com', name: 'Ana Ruiz' },
  plus: { sysId: user(22), email: 'priya+it@example.com', name: 'Priya Nair' },
  apostrophe: { sysId: user(23), email: "sean.o'brien@example.com", name: "Seán O'Brien" },
  /** These two share an address. */
  shared: { sysId: user(24), email: 'frontdesk@example.com', name: 'Karin Blom' },
  sharedToo: { sysId: user(25), email: 'frontdesk@example.com', name: 'Olaf Blom' },
  inactive: { sysId: user(26), email: 'former.employee@example.com', name: 'Felix Former' },
  locked: { sysId: user(27), email: 'locked.out@example.com', name: 'Lena Locked' },
  caret: { sysId: user(28), email: 'caret@example.com', name: 'Carol ^NQ Caret' },
  accents: { sysId: user(29), email: 'jose.muller@example.com', name: 'José Müller' },
  noEmail: { sysId: user(30), email: '', name: 'Nora Nomail' },
  vip: { sysId: user(31), email: 'cfo@example.com', name: 'Vera Ip' },
} as const;

/** Incidents that are worth knowing. */
export const seededIncidents = {
  /** Abraham's: in progress, opened 2020-05-21 09:57:06. */
  emailLogin: { sysId: seedId('1c0', 10_002), number: 'INC0010002' },
  /** Has a state of the old model, 4. */
  legacyState: { sysId: seedId('1c0', 10_003), number: 'INC0010003' },
  /** Only administrators may read it. */
  restricted: { sysId: seedId('1c0', 10_004), number: 'INC0010004' },
  /** A major incident, with INC0010006 and INC0010007 as its children. */
  major: { sysId: seedId('1c0', 10_005), number: 'INC0010005' },
  /** Has thirty comments. */
  talkative: { sysId: seedId('1c0', 10_001), number: 'INC0010001' },
} as const;
