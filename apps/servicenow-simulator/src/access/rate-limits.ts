import { createHash } from 'node:crypto';
import { type RateRule, type SimConfig } from '../environment/config.js';
import { type Session } from './session.js';

const HOUR = 3_600_000;

interface Window {
  /** Hours since 1970. */
  hour: number;
  counted: number;
  /** The written count, which decides about requests. */
  written: number;
  writtenAt: number;
}

/** The result of a rule for one request. */
export interface RateVerdict {
  isExceeded: boolean;
  perHour: number;
  /** Milliseconds since 1970. */
  resetsAt: number;
  ruleId: string;
}

/** Counts the requests of each account against its rate rule, per hour of the clock. */
export class RateLimits {
  private readonly windows = new Map<string, Window>();
  /** Requests after the account had already been refused in the same hour. */
  callsInPenalty = 0;
  private readonly refused = new Map<string, number>();

  constructor(private readonly config: SimConfig) {}

  /** Counts a request; undefined when no rule applies. */
  count(session: Session, table: string | undefined, now: number): RateVerdict | undefined {
    const rule = this.ruleFor(session, table);
    if (!rule) return undefined;
    const hour = Math.floor(now / HOUR);
    const ruleId = idOf(rule);
    const key = `${ruleId}:${session.userId}`;
    let window = this.windows.get(key);
    if (window?.hour !== hour) this.windows.set(key, (window = { hour, counted: 0, written: 0, writtenAt: now }));
    if (now - window.writtenAt >= this.config.rateFlushMs)
      Object.assign(window, { written: window.counted, writtenAt: now });
    const isExceeded = window.written >= rule.perHour;
    if (!isExceeded) window.counted += 1;
    else if (this.refused.get(key) === hour) this.callsInPenalty += 1;
    else this.refused.set(key, hour);
    return { isExceeded, perHour: rule.perHour, resetsAt: (hour + 1) * HOUR, ruleId };
  }

  clear(): void {
    this.windows.clear();
    this.refused.clear();
    this.callsInPenalty = 0;
  }

  /** A rule for the account precedes those for its roles, the lowest of which applies; these precede all others. */
  private ruleFor({ userName, roles }: Session, table: string | undefined): RateRule | undefined {
    const rules = this.config.rateRules.filter((rule) => rule.table === undefined || rule.table === table);
    const lowest = (fitting: RateRule[]): RateRule | undefined => fitting.toSorted((a, b) => a.perHour - b.perHour)[0];
    return (
      lowest(rules.filter((rule) => rule.user === userName)) ??
      lowest(rules.filter((rule) => rule.user === undefined && rule.role !== undefined && roles.has(rule.role))) ??
      lowest(rules.filter((rule) => rule.user === undefined && rule.role === undefined))
    );
  }
}

/** The sys_id of a rule, always the same for the same criteria. */
const idOf = ({ user = '', role = '', table = '' }: RateRule): string =>
  createHash('md5').update(`rate rule ${user}/${role}/${table}`).digest('hex');
