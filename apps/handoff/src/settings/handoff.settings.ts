import { Type, type Static } from 'typebox';

export const HandoffSettings = Type.Object({
  HANDOFF_PORT: Type.Integer({
    default: 5045,
    minimum: 0,
    maximum: 65535,
    description: 'port of the hand-off service',
  }),
  ASSISTANT: Type.String({
    default: 'assistants/helpdesk',
    description: 'folder of the assistant, for its handoff_hosts',
  }),
  PUBLIC_URL: Type.String({
    default: 'http://localhost:5005',
    pattern: '^https?://',
    description: 'URL under which other bots reach the gateway',
  }),
  HOST_TIMEOUT_MS: Type.Integer({ default: 8_000, minimum: 100, description: 'time limit for a host’s answer' }),
});
export type HandoffSettings = Static<typeof HandoffSettings>;
