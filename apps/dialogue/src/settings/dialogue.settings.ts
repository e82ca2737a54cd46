import { Type, type Static } from 'typebox';

export const DialogueSettings = Type.Object({
  DIALOGUE_PORT: Type.Integer({
    default: 5025,
    minimum: 0,
    maximum: 65535,
    description: 'port of the dialogue service',
  }),
  ASSISTANT: Type.String({ default: 'assistants/helpdesk', description: 'folder of the assistant' }),
  PUBLIC_URL: Type.String({
    default: 'http://localhost:5005',
    pattern: '^https?://',
    description: 'URL under which other bots reach the gateway',
  }),
  CLIENT_HANDOFF_CHANNELS: Type.String({
    default: '',
    description: 'input channels whose client switches hosts itself, separated by commas',
  }),
  INCIDENT_TIMEOUT_MS: Type.Integer({
    default: 3_000,
    minimum: 100,
    description: 'time limit for an answer of the incident service',
  }),
  ACTION_TIMEOUT_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    description: 'time limit of a custom action, here or on an action server',
  }),
  COMPRESS_ACTION_SERVER_REQUEST: Type.Boolean({
    default: false,
    description: 'compress the calls to action servers with deflate',
  }),
});
export type DialogueSettings = Static<typeof DialogueSettings>;
