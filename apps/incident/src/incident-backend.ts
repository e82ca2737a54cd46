import { type DataOf, type IncidentFind, type IncidentOpen, type ReplyOf } from '#contracts';

export type OpenRequest = DataOf<typeof IncidentOpen>;
export type OpenOutcome = ReplyOf<typeof IncidentOpen>;
export type FindOutcome = ReplyOf<typeof IncidentFind>;

/** A system that keeps incidents. `open` with the same operation id again must not open a second one. */
export abstract class IncidentBackend {
  abstract open(request: OpenRequest): Promise<OpenOutcome>;
  abstract findByCaller(email: string): Promise<FindOutcome>;
}
