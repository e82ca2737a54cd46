import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceNowSim } from '#servicenow-simulator';
import { type BackendFailure, type FailureKind } from '../../ports/backend-failure.js';
import { observedBackend, type ObservedBackend } from './backend.fixture.js';

const OPERATION = '0197f2aa-6f0e-7c2e-9a35-6f2d0b6f1c55';
const incident = {
  caller: { id: '7d2f0c1be0a84b0f9c64f1f0a1b2c3d4', email: 'ana@example.com', name: 'Ana' },
  title: 'Title',
  description: 'Description',
  priority: 'low',
} as const;

interface Fault {
  fault: string;
  read: FailureKind | 'answered';
  write: FailureKind | 'answered';
  maybe: boolean;
  /** Number of incidents afterwards. */
  stored: 0 | 1 | 2;
}

const faults: Fault[] = [
  { fault: 'latency:20,10', read: 'answered', write: 'answered', maybe: false, stored: 1 },
  { fault: 'hang-before', read: 'timeout', write: 'timeout', maybe: true, stored: 0 },
  { fault: 'timeout-after-commit:60000', read: 'timeout', write: 'timeout', maybe: true, stored: 1 },
  { fault: 'commit-late:45000', read: 'timeout', write: 'timeout', maybe: true, stored: 0 },
  { fault: 'reset-before', read: 'unavailable', write: 'unavailable', maybe: true, stored: 0 },
  { fault: 'reset-after-commit', read: 'unavailable', write: 'unavailable', maybe: true, stored: 1 },
  { fault: 'reset-midbody', read: 'truncated', write: 'truncated', maybe: true, stored: 1 },
  { fault: 'status:500', read: 'unavailable', write: 'unavailable', maybe: true, stored: 0 },
  { fault: 'status:503,html', read: 'unavailable', write: 'unavailable', maybe: true, stored: 0 },
  { fault: 'truncate', read: 'truncated', write: 'truncated', maybe: true, stored: 1 },
  { fault: 'truncate-error', read: 'truncated', write: 'truncated', maybe: true, stored: 1 },
  { fault: 'html-200', read: 'not-json', write: 'not-json', maybe: true, stored: 0 },
  { fault: 'hibernate', read: 'hibernating', write: 'hibernating', maybe: false, stored: 0 },
  { fault: 'login-page', read: 'not-json', write: 'not-json', maybe: true, stored: 0 },
  { fault: 'maintenance-503', read: 'unavailable', write: 'unavailable', maybe: true, stored: 0 },
  { fault: 'redirect-sso', read: 'redirected', write: 'redirected', maybe: false, stored: 0 },
  { fault: 'gzip-corrupt', read: 'truncated', write: 'truncated', maybe: true, stored: 1 },
  { fault: 'slow-drip:5', read: 'timeout', write: 'timeout', maybe: true, stored: 1 },
  { fault: 'wrong-content-type', read: 'not-json', write: 'not-json', maybe: true, stored: 1 },
  { fault: 'huge-body', read: 'truncated', write: 'truncated', maybe: true, stored: 1 },
  { fault: '401-once', read: 'answered', write: 'answered', maybe: false, stored: 1 },
  { fault: '429:1800', read: 'rate-limited', write: 'rate-limited', maybe: false, stored: 0 },
  { fault: '429-bare', read: 'rate-limited', write: 'rate-limited', maybe: false, stored: 0 },
  { fault: 'acl-deny:create', read: 'answered', write: 'forbidden', maybe: false, stored: 0 },
  { fault: 'br-abort:No chat', read: 'answered', write: 'rejected', maybe: false, stored: 0 },
  { fault: 'data-policy:assigned_to', read: 'answered', write: 'rejected', maybe: false, stored: 0 },
  { fault: 'acl-hide:number', read: 'forbidden', write: 'unexpected', maybe: true, stored: 1 },
  { fault: 'dup-insert', read: 'answered', write: 'answered', maybe: false, stored: 2 },
  { fault: 'stale-read:5000', read: 'answered', write: 'answered', maybe: false, stored: 1 },
  { fault: 'clock-skew:300', read: 'answered', write: 'answered', maybe: false, stored: 1 },
];

describe('With the fault', () => {
  let sim: ServiceNowSim;
  let observed: ObservedBackend;
  beforeAll(async () => {
    sim = await ServiceNowSim.start();
  });
  afterAll(() => sim.close());
  afterEach(() => {
    observed.backend.client.close();
    sim.reset();
  });

  const stored = () => sim.records('incident').filter((row) => row['correlation_id'] === `hd-${OPERATION}`);
  const outcomeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => ({ kind: 'answered', mayHaveHappened: false }),
      (error: BackendFailure) => ({ kind: error.kind, mayHaveHappened: error.mayHaveHappened }),
    );

  it.each(faults)('$fault, a create is $write, may have happened: $maybe, and $stored are stored', async (row) => {
    observed = observedBackend(sim.url, { writeTimeoutMs: row.write === 'timeout' ? 200 : 5_000 });
    sim.fault({ fault: row.fault });
    const times = sim.journal().requests.length;
    expect(await outcomeOf(observed.backend.create(OPERATION, incident))).toEqual({
      kind: row.write,
      mayHaveHappened: row.maybe,
    });
    const calls = sim.journal().requests.length - times;
    expect(calls).toBeLessThanOrEqual(row.fault === '401-once' ? 2 : 1);
    expect(stored()).toHaveLength(row.stored);
  });

  it.each(faults)('$fault, a read is $read, and works again when the fault is over', async (row) => {
    observed = observedBackend(sim.url, { readTimeoutMs: row.read === 'timeout' ? 200 : 5_000 });
    sim.fault({ fault: row.fault });
    expect(await outcomeOf(observed.backend.get('INC0010002'))).toMatchObject({
      kind: row.read,
      mayHaveHappened: false,
    });
    observed.backend.client.close();
    sim.clearFaults();
    sim.wake();
    observed = observedBackend(sim.url);
    expect(await observed.backend.get('INC0010002')).toMatchObject({ number: 'INC0010002' });
  });
});
