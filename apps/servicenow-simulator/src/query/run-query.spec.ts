import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Chance } from '../environment/chance.js';
import { defaultConfig, type SimConfig } from '../environment/config.js';
import { type Row } from '../data/schema.js';
import { Store } from '../data/store.js';
import { schema } from '../data/tables.js';
import { people } from '../seed/accounts.js';
import { plantSeed } from '../seed/plant-seed.js';
import { parseQuery } from './parse-query.js';
import { type QueryScope, runQuery } from './run-query.js';

const NOW = Date.parse('2026-11-23T08:00:00Z');
const store = new Store(
  schema,
  () => NOW,
  () => undefined,
);
plantSeed(store, new Chance('a'), NOW);
const incidents = [...store.rows('incident')];

const scope = (config: Partial<SimConfig> = {}, more: Partial<QueryScope> = {}): QueryScope => ({
  store,
  config: { ...defaultConfig, shuffleUnordered: false, ...config },
  invalidMatchesNothing: false,
  script: { userId: people.ana.sysId, userName: 'ana.ruiz', zone: 'Europe/Madrid', now: NOW },
  shuffle: (rows) => rows,
  checkField: () => undefined,
  onScript: () => undefined,
  ...more,
});

const run = (query: string, config: Partial<SimConfig> = {}, more: Partial<QueryScope> = {}): Row[] =>
  runQuery('incident', parseQuery(query, defaultConfig), scope(config, more));

const numbers = (rows: readonly Row[]): string[] => rows.map((row) => row['number']!).toSorted();

const named = (query: string, config: Partial<SimConfig> = {}): string[] =>
  numbers(run(`numberSTARTSWITHINC001^${query}`, config)).map((number) => number.slice(-1));

const equality = fc.oneof(
  fc.record({ field: fc.constantFrom('impact', 'urgency'), value: fc.constantFrom('1', '2', '3') }),
  fc.record({ field: fc.constant('state'), value: fc.constantFrom('1', '2', '6', '7') }),
  fc.record({ field: fc.constant('number'), value: fc.constantFrom('INC0010001', 'INC0000007', 'inc0000013') }),
  fc.record({ field: fc.constant('caller_id'), value: fc.constantFrom(people.ana.sysId, people.vip.sysId) }),
);
const structure = fc.array(
  fc.array(fc.array(equality, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  {
    minLength: 1,
    maxLength: 3,
  },
);

describe('Running a query', () => {
  it('finds the rows of any alternative, which requires one condition of every chain', () => {
    fc.assert(
      fc.property(structure, (alternatives) => {
        const written = alternatives
          .map((chains) =>
            chains.map((chain) => chain.map(({ field, value }) => `${field}=${value}`).join('^OR')).join('^'),
          )
          .join('^NQ');
        const expected = incidents.filter((row) =>
          alternatives.some((chains) =>
            chains.every((chain) =>
              chain.some(({ field, value }) => row[field]!.toLowerCase() === value.toLowerCase()),
            ),
          ),
        );
        expect(numbers(run(written))).toEqual(numbers(expected));
        expect(numbers(run(written, {}, { rows: incidents }))).toEqual(numbers(expected));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['state=4', '3'],
    ['state!=2', '3'],
    ['priority<3', '5'],
    ['priority<=2^priority>=1', '5'],
    ['priorityBETWEEN1@2', '5'],
    ['stateIN4,9', '3'],
    ['stateNOT IN2', '3'],
    ['short_descriptionLIKEMAIL', '2567'],
    ['short_descriptionNOT LIKEmail^short_descriptionNOTLIKElaptop', '13'],
    ['short_description*cannot', '7'],
    ['short_descriptionSTARTSWITHcal', '1'],
    ['short_descriptionENDSWITHmail', '7'],
    ['parent_incidentISEMPTY^state=2', '1245'],
    ['parent_incidentISNOTEMPTY', '67'],
    ['caller_idANYTHING', '1234567'],
    ['caller_idLIKElincoln', '2'],
    ['caller_id.nameSTARTSWITHabr', '2'],
    ['parent_incident.caller_id.email=cfo@example.com', '67'],
    ['opened_byNSAMEAScaller_id', '1234567'],
    ['sys_updated_onGT_FIELDopened_at', '2'],
    ['sys_updated_onSAMEASopened_at', '134567'],
    ['impactLT_FIELDpriority', '123467'],
    ['sys_class_nameINSTANCEOFtask', '1234567'],
    ['sys_class_nameINSTANCEOFproblem', ''],
    ['opened_at<2021-01-01', '2'],
    ['opened_at>=javascript:gs.beginningOfToday()', '134567'],
    ["opened_at<javascript:gs.dateGenerate('2020-05-21','11:57:06')", ''],
    ["opened_at<=javascript:gs.dateGenerate('2020-05-21','11:57:06')", '2'],
    ['caller_id=javascript:gs.getUserID()', '134'],
    ['caller_id.user_name=javascript:gs.getUserName()', '134'],
  ])('%s finds %s', (query, found) => {
    expect(named(query).join('')).toBe(found);
  });

  it('reads dates of a query as UTC, or in the account’s time zone if so configured', () => {
    expect(named('opened_at<=2020-05-21 09:57:06')).toEqual(['2']);
    expect(named('opened_at<2020-05-21 09:57:06')).toEqual([]);
    expect(named('opened_at<=2020-05-21 11:57:05', { queryDatesInUserZone: true })).toEqual([]);
    expect(named('opened_at<=2020-05-21 11:57:06', { queryDatesInUserZone: true })).toEqual(['2']);
  });

  it('checks every field that it names, on every table of its path, and whether it is a range', () => {
    const asked: string[] = [];
    const checkField: QueryScope['checkField'] = ({ steps }, isRange) =>
      void asked.push(`${steps.map(({ table, field }) => `${table}.${field}`).join(' ')}${isRange ? ' range' : ''}`);
    run('state=1^caller_id.emailLIKEx^NQnonsense=1^ORDERBYnumber', {}, { checkField });
    expect(asked).toEqual(['incident.state', 'incident.caller_id sys_user.email range', 'incident.number range']);
  });
});
