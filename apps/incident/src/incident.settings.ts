import { Type, type Static } from 'typebox';

export const IncidentSettings = Type.Object({
  INCIDENT_PORT: Type.Integer({
    default: 5035,
    minimum: 0,
    maximum: 65535,
    description: 'port of the incident service',
  }),
});
export type IncidentSettings = Static<typeof IncidentSettings>;
