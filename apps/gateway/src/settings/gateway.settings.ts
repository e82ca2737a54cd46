import { Type, type Static } from 'typebox';

export const GatewaySettings = Type.Object({
  GATEWAY_PORT: Type.Integer({
    default: 5005,
    minimum: 0,
    maximum: 65535,
    description: 'port of the chat page and channels',
  }),
  ASSISTANT: Type.String({
    default: 'assistants/helpdesk',
    description: 'folder of the assistant, for its credentials.yml',
  }),
  CORS_ORIGINS: Type.String({
    default: '',
    description: 'origins of web pages that may call the channels, separated by commas, or *',
  }),
  TURN_TIMEOUT_MS: Type.Integer({ default: 30_000, minimum: 100, description: 'time limit for an answer' }),
  MAX_TURNS_IN_FLIGHT: Type.Integer({
    default: 1_000,
    minimum: 1,
    description: 'messages in progress at which new ones are refused',
  }),
  MAX_WAITING_PER_CONVERSATION: Type.Integer({
    default: 20,
    minimum: 1,
    description: 'messages of one conversation that may wait',
  }),
  MAX_FILE_BYTES: Type.Integer({
    default: 5_000_000,
    minimum: 1,
    maximum: 8_000_000,
    description: 'maximum size of a file',
  }),
  ENABLE_API: Type.Boolean({ default: false, description: 'serve the HTTP API beside the channels' }),
  AUTH_TOKEN: Type.Optional(Type.String({ description: 'token that gives access to the HTTP API, sent as ?token=' })),
  JWT_SECRET: Type.Optional(
    Type.String({ description: 'secret or public key (PEM) of the JSON web tokens for the HTTP API' }),
  ),
  JWT_METHOD: Type.String({
    default: 'HS256',
    pattern: '^(HS|RS|ES|PS)(256|384|512)$',
    description: 'signature algorithm of those tokens',
  }),
  IDENTITY_SECRET: Type.Optional(Type.String({ description: 'secret or public key (PEM) of the identity tokens' })),
  IDENTITY_METHOD: Type.String({
    default: 'HS256',
    pattern: '^(HS|RS|ES|PS)(256|384|512)$',
    description: 'signature algorithm of identity tokens',
  }),
  IDENTITY_AUDIENCE: Type.String({ default: 'helpdesk', description: 'audience (aud) that identity tokens must name' }),
});
export type GatewaySettings = Static<typeof GatewaySettings>;

/** The allowed origins in the format of the HTTP and socket servers. */
export function corsOrigins({ CORS_ORIGINS }: GatewaySettings): string[] | true | false {
  const origins = CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  if (origins.includes('*')) return true;
  return origins.length > 0 && origins;
}
