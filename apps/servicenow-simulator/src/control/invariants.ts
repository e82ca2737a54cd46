import { type Instance } from '../instance/instance.js';

/** Invariants after every run against the simulator, counted over its records and requests. */
export interface Invariants {
  /** Number of incidents for each correlation_id: one, unless something went wrong. */
  incidentsPerCorrelationId: Record<string, number>;
  /** Correlation ids with more than one incident. */
  duplicates: string[];
  /** Requests after a rate rule had already refused the account in the same hour. */
  callsInPenalty: number;
}

export function invariantsOf({ store, limits }: Instance): Invariants {
  const counts = new Map<string, number>();
  for (const { correlation_id: id } of store.rows('incident')) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  const duplicates = [...counts].filter(([, count]) => count > 1).map(([id]) => id);
  return { incidentsPerCorrelationId: Object.fromEntries(counts), duplicates, callsInPenalty: limits.callsInPenalty };
}
