import { type Instance } from '../instance/instance.js';

/** What must hold after every run against the simulator, counted over its records and requests. */
export interface Invariants {
  /** How many incidents each correlation_id has: one, where nothing went wrong. */
  incidentsPerCorrelationId: Record<string, number>;
  /** Correlation ids that more than one incident has. */
  duplicates: string[];
  /** Requests that came although the account had been refused by a rate rule in the same hour before. */
  callsInPenalty: number;
}

export function invariantsOf({ store, limits }: Instance): Invariants {
  const counts = new Map<string, number>();
  for (const { correlation_id: id } of store.rows('incident')) if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  const duplicates = [...counts].filter(([, count]) => count > 1).map(([id]) => id);
  return { incidentsPerCorrelationId: Object.fromEntries(counts), duplicates, callsInPenalty: limits.callsInPenalty };
}
