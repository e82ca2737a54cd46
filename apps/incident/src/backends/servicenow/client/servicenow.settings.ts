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
 * Settings of the ServiceNow backend. `serviceNowConfig` validates them together. Each can be read from a file by
 * appending `_FILE` to its name, which is recommended for secrets.
 */
export const ServiceNowSettings = Type.Object({
  SERVICENOW_URL: text('address of the ServiceNow instance, such as https://acme.service-now.com'),
  SERVICENOW_INSTANCE: text('name of the instance, such as acme, instead of SERVICENOW_URL'),
  SERVICENOW_PUBLIC_URL: text('address of the instance in people’s browsers, if different; used for links to articles'),
  SERVICENOW_AUTH: Type.Union(
    [Type.Literal('basic'), Type.Literal('client-credentials'), Type.Literal('password'), Type.Literal('api-key')],
    { default: 'basic', description: 'basic, client-credentials, password (OAuth 2 both) or api-key' },
  ),
  SERVICENOW_USER: text('our account; with client-credentials or api-key, the account that they belong to'),
  SERVICENOW_PASSWORD: text('its password'),
  SERVICENOW_CLIENT_ID: text('OAuth client'),
  SERVICENOW_CLIENT_SECRET: text('its secret'),
  SERVICENOW_API_KEY: text('API key'),
  SERVICENOW_CREDENTIALS: text(
    'YAML with snow_instance, snow_user, snow_pw and localmode instead of the above; SERVICENOW_CREDENTIALS_FILE reads it from a file',
  ),
  SERVICENOW_CA: text('additional CA certificate to trust, as PEM; SERVICENOW_CA_FILE reads it from a file'),
  SERVICENOW_ALLOW_HTTP: Type.Boolean({
    default: false,
    description: 'whether plain HTTP to other machines is allowed',
  }),
  SERVICENOW_CONCURRENCY: Type.Integer({
    default: 8,
    minimum: 1,
    maximum: 64,
    description: 'maximum number of concurrent calls',
  }),
  SERVICENOW_CONNECT_TIMEOUT_MS: milliseconds(3_000, 'timeout of a connection attempt'),
  SERVICENOW_READ_TIMEOUT_MS: milliseconds(10_000, 'timeout of a read'),
  SERVICENOW_WRITE_TIMEOUT_MS: milliseconds(20_000, 'timeout of a write'),
  SERVICENOW_PRIORITY_LOW: priority('low', '3/2'),
  SERVICENOW_PRIORITY_MEDIUM: priority('medium', '2/2'),
  SERVICENOW_PRIORITY_HIGH: priority('high', '2/1'),
  SERVICENOW_CONTACT_TYPE: Type.String({ default: 'chat', description: 'channel of new incidents' }),
  SERVICENOW_CLOSE_CODE: Type.String({
    default: 'Resolved by caller',
    description: 'resolution code when callers resolve their incident',
  }),
  SERVICENOW_CORRELATION_DISPLAY: Type.String({
    default: 'helpdesk-assistant',
    pattern: '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}$',
    description: 'value that identifies the incidents of this assistant',
  }),
  SERVICENOW_NUMBER_PREFIXES: Type.String({
    default: 'INC',
    pattern: '^[A-Z]{1,10}(,[A-Z]{1,10})*$',
    description: 'prefixes of incident numbers, separated by commas',
  }),
  WEBHOOK_SECRETS: Type.Optional(
    Type.String({
      minLength: 16,
      description: 'secrets that sign POST /webhooks/servicenow, separated by commas, newest first',
    }),
  ),
  SERVICENOW_ARTICLES: Type.Boolean({ default: true, description: 'whether to search the knowledge base' }),
});
export type ServiceNowSettings = Static<typeof ServiceNowSettings>;
