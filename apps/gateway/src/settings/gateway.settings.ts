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
    description: 'web pages that may call the channels: origins by comma, or *',
  }),
  TURN_TIMEOUT_MS: Type.Integer({ default: 30_000, minimum: 100, description: 'longest wait for an answer' }),
  MAX_TURNS_IN_FLIGHT: Type.Integer({
    default: 1_000,
    minimum: 1,
    description: 'messages at work before new ones are refused',
  }),
  MAX_WAITING_PER_CONVERSATION: Type.Integer({
    default: 20,
    minimum: 1,
    description: 'messages of one conversation that may wait for their turn',
  }),
  MAX_FILE_BYTES: Type.Integer({
    default: 5_000_000,
    minimum: 1,
    maximum: 8_000_000,
    description: 'largest file that people may send',
  }),
  ENABLE_API: Type.Boolean({ default: false, description: 'serve the HTTP API beside the channels' }),
  AUTH_TOKEN: Type.Optional(Type.String({ description: 'token that opens the HTTP API, as in ?token=' })),
  JWT_SECRET: Type.Optional(
    Type.String({ description: 'secret or public key (PEM) of the JSON web tokens that open the HTTP API' }),
  ),
  JWT_METHOD: Type.String({
    default: 'HS256',
    pattern: '^(HS|RS|ES|PS)(256|384|512)$',
    description: 'how those tokens are signed',
  }),
  IDENTITY_SECRET: Type.Optional(
    Type.String({ description: 'secret or public key (PEM) of the tokens that say who is writing' }),
  ),
  IDENTITY_METHOD: Type.String({
    default: 'HS256',
    pattern: '^(HS|RS|ES|PS)(256|384|512)$',
    description: 'how those tokens are signed',
  }),
  IDENTITY_AUDIENCE: Type.String({ default: 'helpdesk', description: 'the audience (aud) that they must name' }),
});
export type GatewaySettings = Static<typeof GatewaySettings>;

/** Allowed origins in the form that the HTTP and socket servers take. */
export function corsOrigins({ CORS_ORIGINS }: GatewaySettings): string[] | true | false {
  const origins = CORS_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
  if (origins.includes('*')) return true;
  return origins.length > 0 && origins;
}
