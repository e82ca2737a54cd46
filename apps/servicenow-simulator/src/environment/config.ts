/** A budget of requests per clock hour for one account, for those with a role, or for everybody. */
export interface RateRule {
  /** A user name. */
  user?: string;
  role?: string;
  /** Without it the rule holds for every table and API. */
  table?: string;
  perHour: number;
}

/** Where changed incidents are announced, and the secret that signs the announcement. */
export interface WebhookTarget {
  url: string;
  secret: string;
  /** Only incidents that match this encoded query; by default those of our own system. */
  query?: string;
}

/**
 * What differs between instances of ServiceNow, with the values of a plain one. Everything whose behaviour on a real
 * instance is not certain is here, so that a client can be tested both ways.
 */
export interface SimConfig {
  /** Milliseconds that each request takes, and what is added by chance. */
  latencyMs: number;
  latencyJitterMs: number;
  /** Faults may be asked for by the request header X-Sim-Fault. */
  allowHeaderFaults: boolean;

  /** `^^` in a query is a caret of the value. */
  caretEscape: boolean;
  /** `^EQ` in the middle of a query ends it there; otherwise it means nothing. */
  endMarkEndsQuery: boolean;
  /** Texts are compared as the database's collation does: without regard to case. */
  ignoreCase: boolean;
  /** Rows that a query does not order come in another order each time, so that a missing ORDERBY is noticed. */
  shuffleUnordered: boolean;
  /** Date-times that stand in a query are meant in the account's own zone instead of UTC. */
  queryDatesInUserZone: boolean;
  /** A limit or offset that is no number, or negative, is refused with 400 instead of ignored. */
  strictPaging: boolean;

  /** A priority that a client sends is kept instead of computed. */
  keepSentPriority: boolean;
  /** Texts longer than their column are refused with 403 instead of cut. */
  refuseLongTexts: boolean;
  /** References to records that do not exist are refused with 403 instead of stored. */
  refuseDanglingReferences: boolean;
  /** Values that a choice field does not list are refused with 403 instead of stored. */
  refuseUnknownChoices: boolean;
  /** A second incident with the same correlation_id is refused, as by a unique index. */
  uniqueCorrelationId: boolean;
  /** An insert may choose its sys_id. */
  clientChosenIds: boolean;

  /** Accounts without admin may read sys_journal_field. */
  journalTableReadable: boolean;
  /** Tables that are closed to the Table API. */
  closedTables: string[];
  /** Per table: fields that accounts without admin may not read, besides those that are closed anyway. */
  hiddenFields: Record<string, string[]>;
  /** Per table: fields by which accounts without admin may not search a range or order (query_range). */
  rangeDeniedFields: Record<string, string[]>;

  /** Basic authentication with a right password answers 401, as new instances do. */
  restrictBasicAuth: boolean;
  /** The other of the two wordings of a 401. */
  otherUnauthenticatedWording: boolean;
  /** Wrong passwords in a row that lock an account. */
  lockOutAfter: number;
  accessTokenSeconds: number;
  refreshTokenSeconds: number;

  rateRules: RateRule[];
  /** How late the counters of rate rules are written down: until then the budget can be overdrawn. */
  rateFlushMs: number;
  /** Requests at a time and those that may wait; further ones get a bare 429. */
  saturation: { threads: number; queue: number } | undefined;
  /** Requests of one session cookie that may wait for each other; further ones get 202. */
  sessionQueue: number;

  webhook: WebhookTarget | undefined;
}

export const defaultConfig: SimConfig = {
  latencyMs: 0,
  latencyJitterMs: 0,
  allowHeaderFaults: false,

  caretEscape: true,
  endMarkEndsQuery: true,
  ignoreCase: true,
  shuffleUnordered: true,
  queryDatesInUserZone: false,
  strictPaging: false,

  keepSentPriority: false,
  refuseLongTexts: false,
  refuseDanglingReferences: false,
  refuseUnknownChoices: false,
  uniqueCorrelationId: false,
  clientChosenIds: true,

  journalTableReadable: true,
  closedTables: [],
  hiddenFields: {},
  rangeDeniedFields: {},

  restrictBasicAuth: false,
  otherUnauthenticatedWording: false,
  lockOutAfter: 5,
  accessTokenSeconds: 1_800,
  refreshTokenSeconds: 8_640_000,

  rateRules: [],
  rateFlushMs: 0,
  saturation: undefined,
  sessionQueue: 10,

  webhook: undefined,
};
