import { Type, type Static } from 'typebox';

/** The settings of the service with any backend. */
export const IncidentSettings = Type.Object({
  INCIDENT_PORT: Type.Integer({
    default: 5035,
    minimum: 0,
    maximum: 65535,
    description: 'port of the incident service',
  }),
  INCIDENT_ANSWER_WITHIN_MS: Type.Integer({
    default: 3_000,
    minimum: 0,
    description: 'longest wait for an incident number; after that, the reply says that the number follows',
  }),
  INCIDENT_CONCURRENCY: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 100,
    description: 'number of recorded operations that are executed concurrently',
  }),
  INCIDENT_GIVE_UP_HOURS: Type.Integer({
    default: 24,
    minimum: 1,
    description: 'hours after which a failing operation is parked',
  }),
  INCIDENT_REOPEN_DAYS: Type.Integer({
    default: 7,
    minimum: 0,
    description: 'days during which callers may reopen a resolved incident',
  }),
  INCIDENT_MAX_FILE_BYTES: Type.Integer({
    default: 5_000_000,
    minimum: 0,
    maximum: 8_000_000,
    description: 'largest file that callers may attach',
  }),
  INCIDENT_POLL_SECONDS: Type.Integer({
    default: 30,
    minimum: 1,
    description: 'interval between polls of the ticket system for changes',
  }),
  CLAIMED_ADDRESS_SEES: Type.Enum(['state', 'nothing'], {
    default: 'state',
    description: 'what a person with an unconfirmed address sees of its incidents: state or nothing',
  }),
  CONFIRMED_MINUTES: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_440,
    description: 'how long an address stays confirmed in its conversation',
  }),
  SMTP_URL: Type.Optional(
    Type.String({
      pattern: '^smtps?://',
      description: 'mail server for one-time codes, as smtp://user:password@host:port',
    }),
  ),
  MAIL_FROM: Type.String({ default: 'IT helpdesk <helpdesk@localhost>', description: 'sender of one-time codes' }),
  INCIDENT_API_TOKEN: Type.Optional(
    Type.String({
      minLength: 16,
      description: 'token for the HTTP API and the desk; required when the service listens beyond loopback',
    }),
  ),
});
export type IncidentSettings = Static<typeof IncidentSettings>;
