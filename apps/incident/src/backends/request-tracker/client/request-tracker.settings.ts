import { Type, type Static } from 'typebox';

const text = (description: string) => Type.Optional(Type.String({ description }));
const milliseconds = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 100, maximum: 60_000, description });
const priority = (name: string, value: number) =>
  Type.Integer({ default: value, minimum: 0, description: `number of a ticket with ${name} priority` });

const STATUS = '[^=,]+=(new|in-progress|on-hold|resolved|closed|canceled)';

/**
 * Settings of the Request Tracker backend. `requestTrackerConfig` validates them together. Each can be read from a
 * file by appending `_FILE` to its name, which is recommended for secrets.
 */
export const RequestTrackerSettings = Type.Object({
  RT_URL: text('address of Request Tracker 5, such as https://rt.example.com or https://example.com/rt'),
  RT_TOKEN: text('authentication token of our account there'),
  RT_USER: text('our account, used with a password instead of a token'),
  RT_PASSWORD: text('its password'),
  RT_CA: text('additional CA certificate to trust, as PEM; RT_CA_FILE reads it from a file'),
  RT_ALLOW_HTTP: Type.Boolean({ default: false, description: 'whether plain HTTP to other machines is allowed' }),
  RT_QUEUE: Type.String({ default: 'General', minLength: 1, description: 'queue for new tickets' }),
  RT_OPERATION_FIELD: Type.String({
    default: 'HelpdeskOperation',
    pattern: '^[A-Za-z][A-Za-z0-9 _-]{0,99}$',
    description: 'ticket custom field that stores the id of our request',
  }),
  RT_STATUSES: Type.String({
    default: 'new=new,open=in-progress,stalled=on-hold,resolved=resolved,closed=closed,rejected=canceled',
    pattern: `^${STATUS}(,${STATUS})*$`,
    description: 'meanings of the statuses of the queue; a ticket moves to the first status with the wanted meaning',
  }),
  RT_PRIORITY_LOW: priority('low', 0),
  RT_PRIORITY_MEDIUM: priority('medium', 50),
  RT_PRIORITY_HIGH: priority('high', 100),
  RT_READ_TIMEOUT_MS: milliseconds(10_000, 'timeout of a read'),
  RT_WRITE_TIMEOUT_MS: milliseconds(20_000, 'timeout of a write'),
  RT_CONCURRENCY: Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 64,
    description: 'maximum number of concurrent calls',
  }),
});
export type RequestTrackerSettings = Static<typeof RequestTrackerSettings>;
