import { Type, type Static } from 'typebox';

const text = (description: string) => Type.Optional(Type.String({ description }));
const milliseconds = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 100, maximum: 60_000, description });
const priority = (name: string, value: number) =>
  Type.Integer({ default: value, minimum: 0, description: `number of a ticket with ${name} priority` });

const STATUS = '[^=,]+=(new|in-progress|on-hold|resolved|closed|canceled)';

/**
 * Settings of the Request Tracker backend. `requestTrackerConfig` makes sense of them together. Every one can be given
 * as a file by its name with `_FILE`, as secrets should be.
 */
export const RequestTrackerSettings = Type.Object({
  RT_URL: text('address of Request Tracker 5, such as https://rt.example.com or https://example.com/rt'),
  RT_TOKEN: text('authentication token of our account there'),
  RT_USER: text('our account, with its password instead of a token'),
  RT_PASSWORD: text('its password'),
  RT_CA: text('PEM of an authority to trust besides those of the system; a file by RT_CA_FILE'),
  RT_ALLOW_HTTP: Type.Boolean({ default: false, description: 'whether plain HTTP may leave this machine' }),
  RT_QUEUE: Type.String({ default: 'General', minLength: 1, description: 'queue in which tickets are opened' }),
  RT_OPERATION_FIELD: Type.String({
    default: 'HelpdeskOperation',
    pattern: '^[A-Za-z][A-Za-z0-9 _-]{0,99}$',
    description: 'custom field of tickets that keeps what tells a request of ours from others',
  }),
  RT_STATUSES: Type.String({
    default: 'new=new,open=in-progress,stalled=on-hold,resolved=resolved,closed=closed,rejected=canceled',
    pattern: `^${STATUS}(,${STATUS})*$`,
    description: 'what the statuses of the queue mean; tickets are moved to the first one of a meaning',
  }),
  RT_PRIORITY_LOW: priority('low', 0),
  RT_PRIORITY_MEDIUM: priority('medium', 50),
  RT_PRIORITY_HIGH: priority('high', 100),
  RT_READ_TIMEOUT_MS: milliseconds(10_000, 'longest wait for an answer to a question'),
  RT_WRITE_TIMEOUT_MS: milliseconds(20_000, 'longest wait for an answer to a change'),
  RT_CONCURRENCY: Type.Integer({ default: 4, minimum: 1, maximum: 64, description: 'calls at a time' }),
});
export type RequestTrackerSettings = Static<typeof RequestTrackerSettings>;
