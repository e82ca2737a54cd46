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
