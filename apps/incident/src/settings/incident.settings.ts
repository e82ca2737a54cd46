import { Type, type Static } from 'typebox';

/** What the service reads whichever backend it has. */
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
    description: 'longest wait for a number; after it people are told that it follows',
  }),
  INCIDENT_CONCURRENCY: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 100,
    description: 'recorded operations that are executed at once',
  }),
  INCIDENT_GIVE_UP_HOURS: Type.Integer({
    default: 24,
    minimum: 1,
    description: 'hours after which an operation that always fails is parked',
  }),
  INCIDENT_REOPEN_DAYS: Type.Integer({
    default: 7,
    minimum: 0,
    description: 'days in which callers may reopen what was resolved',
  }),
  INCIDENT_MAX_FILE_BYTES: Type.Integer({
    default: 5_000_000,
    minimum: 0,
    maximum: 8_000_000,
    description: 'largest file that people may attach',
  }),
  INCIDENT_POLL_SECONDS: Type.Integer({
    default: 30,
    minimum: 1,
    description: 'how often the ticket system is asked for changes',
  }),
  CLAIMED_ADDRESS_SEES: Type.Enum(['state', 'nothing'], {
    default: 'state',
    description: 'what somebody who only typed an address is shown of its incidents: state or nothing',
  }),
  CONFIRMED_MINUTES: Type.Integer({
    default: 60,
    minimum: 1,
    maximum: 1_440,
    description: 'how long a one-time code confirms an address in its conversation',
  }),
  SMTP_URL: Type.Optional(
    Type.String({ pattern: '^smtps?://', description: 'smtp://user:password@host:port, for one-time codes' }),
  ),
  MAIL_FROM: Type.String({ default: 'IT helpdesk <helpdesk@localhost>', description: 'sender of one-time codes' }),
  INCIDENT_API_TOKEN: Type.Optional(
    Type.String({ minLength: 16, description: 'the HTTP API and the desk ask for it; needed beyond loopback' }),
  ),
});
export type IncidentSettings = Static<typeof IncidentSettings>;
