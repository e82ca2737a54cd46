import { Type, type Static } from 'typebox';

const text = (description: string) => Type.Optional(Type.String({ description }));
const priority = (name: string, value: string) =>
  Type.String({
    default: value,
    pattern: '^[123]/[123]$',
    description: `impact and urgency of an incident with ${name} priority, such as 2/1`,
  });
const milliseconds = (value: number, description: string) =>
  Type.Integer({ default: value, minimum: 100, maximum: 60_000, description });

/**
 * Settings of the ServiceNow backend. `serviceNowConfig` makes sense of them together. Every one can be given as a file
 * by its name with `_FILE`, as secrets should be.
 */
export const ServiceNowSettings = Type.Object({
  SERVICENOW_URL: text('address of the ServiceNow instance, such as https://acme.service-now.com'),
  SERVICENOW_INSTANCE: text('its name instead, such as acme'),
  SERVICENOW_PUBLIC_URL: text('its address for people, where it differs from ours; links to articles begin with it'),
  SERVICENOW_AUTH: Type.Union(
    [Type.Literal('basic'), Type.Literal('client-credentials'), Type.Literal('password'), Type.Literal('api-key')],
    { default: 'basic', description: 'basic, client-credentials, password (OAuth 2 both) or api-key' },
  ),
  SERVICENOW_USER: text('our account; with client-credentials or api-key the one that they stand for'),
  SERVICENOW_PASSWORD: text('its password'),
  SERVICENOW_CLIENT_ID: text('OAuth client'),
  SERVICENOW_CLIENT_SECRET: text('its secret'),
  SERVICENOW_API_KEY: text('API key'),
  SERVICENOW_CREDENTIALS: text(
    'YAML with snow_instance, snow_user, snow_pw and localmode in place of all that; a file by SERVICENOW_CREDENTIALS_FILE',
  ),
  SERVICENOW_CA: text('PEM of an authority to trust besides those of the system; a file by SERVICENOW_CA_FILE'),
  SERVICENOW_ALLOW_HTTP: Type.Boolean({ default: false, description: 'whether plain HTTP may leave this machine' }),
  SERVICENOW_CONCURRENCY: Type.Integer({ default: 8, minimum: 1, maximum: 64, description: 'calls at a time' }),
  SERVICENOW_CONNECT_TIMEOUT_MS: milliseconds(3_000, 'longest wait for a connection'),
  SERVICENOW_READ_TIMEOUT_MS: milliseconds(10_000, 'longest wait for an answer to a question'),
  SERVICENOW_WRITE_TIMEOUT_MS: milliseconds(20_000, 'longest wait for an answer to a change'),
  SERVICENOW_PRIORITY_LOW: priority('low', '3/2'),
  SERVICENOW_PRIORITY_MEDIUM: priority('medium', '2/2'),
  SERVICENOW_PRIORITY_HIGH: priority('high', '2/1'),
  SERVICENOW_CONTACT_TYPE: Type.String({ default: 'chat', description: 'channel of the incidents that we open' }),
  SERVICENOW_CLOSE_CODE: Type.String({
    default: 'Resolved by caller',
    description: 'resolution code when callers resolve their incident',
  }),
  SERVICENOW_CORRELATION_DISPLAY: Type.String({
    default: 'helpdesk-assistant',
    pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$',
    description: 'by which the incidents of this assistant are told from others',
  }),
  SERVICENOW_NUMBER_PREFIXES: Type.String({
    default: 'INC',
    pattern: '^[A-Z]{1,10}(,[A-Z]{1,10})*$',
    description: 'what incident numbers begin with; several with commas',
  }),
  WEBHOOK_SECRETS: Type.Optional(
    Type.String({
      minLength: 16,
      description: 'by comma, the newest first: what POST /webhooks/servicenow is signed with',
    }),
  ),
  SERVICENOW_ARTICLES: Type.Boolean({ default: true, description: 'whether its knowledge base may be searched' }),
});
export type ServiceNowSettings = Static<typeof ServiceNowSettings>;
