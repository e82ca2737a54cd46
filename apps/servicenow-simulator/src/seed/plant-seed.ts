import { type Chance } from '../environment/chance.js';
import { type Row } from '../data/schema.js';
import { type Store } from '../data/store.js';
import { schema } from '../data/tables.js';
import { stampOf } from '../environment/date-time.js';
import { accounts, apiKey, oauthClients, people, seededIncidents, seedId } from './accounts.js';
import { articles } from './articles.js';
import { incidents } from './incidents.js';
import { departments, groups, users } from './users.js';

const PROPERTIES: Readonly<Record<string, string>> = {
  'glide.ui.autoclose.time': '7',
  'glide.invalid_query.returns_no_rows': 'false',
  'glide.oauth.inbound.client.credential.grant_type.enabled': 'true',
  'glide.oauth.inbound.ropc.grant_type.disabled': 'false',
};

const COMMENTS = 30;
const MINUTE = 60_000;

/** Fills an empty instance: the same people, incidents and articles each time, with times before `start`. */
export function plantSeed(store: Store, chance: Chance, start: number): void {
  const now = stampOf(start);
  const plant = (tableName: string, fields: Row): void => {
    const row: Record<string, string> = {};
    for (const [name, column] of Object.entries(schema.table(tableName)!.columns)) row[name] = column.default ?? '';
    store.put(tableName, {
      ...row,
      sys_id: fields['sys_id'] ?? chance.id(),
      sys_class_name: tableName,
      sys_created_on: now,
      sys_created_by: 'system',
      sys_updated_on: now,
      sys_updated_by: 'system',
      ...fields,
    });
  };
  for (const [name, value] of Object.entries(PROPERTIES)) plant('sys_properties', { name, value });
  for (const department of Object.values(departments)) plant('cmn_department', department);
  for (const group of Object.values(groups)) plant('sys_user_group', group);
  for (const user of users) plant('sys_user', user);
  for (const { clientId, clientSecret, user } of Object.values(oauthClients))
    plant('oauth_entity', { client_id: clientId, client_secret: clientSecret, user, name: clientId });
  plant('api_key', { token: apiKey, user: accounts.service.sysId });
  for (const incident of incidents(start)) plant('incident', incident);
  for (let number = 0; number < COMMENTS; number += 1) {
    const at = stampOf(start - (COMMENTS - number) * MINUTE);
    const isCaller = number % 2 === 1;
    plant('sys_journal_field', {
      name: 'incident',
      element: 'comments',
      element_id: seededIncidents.talkative.sysId,
      value: isCaller ? `It still happens (${number}).` : `Please try again (${number}).`,
      sys_created_on: at,
      sys_created_by: isCaller ? people.ana.email.split('@')[0]! : accounts.agent.userName,
    });
  }
  plantDefinitions(plant);
  for (const [index, [title, text]] of articles.entries())
    plant('kb_knowledge', {
      sys_id: seedId('bb0', index + 1),
      number: `KB${String(10_001 + index).padStart(7, '0')}`,
      short_description: title,
      text,
    });
  plantOthers(plant);
}

type Plant = (table: string, fields: Row) => void;

/** What describes the tables: choices and the dictionary. */
function plantDefinitions(plant: Plant): void {
  for (const { name, columns, isInternal } of schema.tables) {
    if (isInternal) continue;
    for (const [element, { type, length, reference = '', isReadOnly, choices = {} }] of Object.entries(columns)) {
      const max_length = String(length ?? 40);
      plant('sys_dictionary', {
        name,
        element,
        internal_type: type,
        max_length,
        reference,
        read_only: String(isReadOnly ?? false),
      });
      for (const [index, [value, label]] of Object.entries(choices).entries())
        plant('sys_choice', { name, element, value, label, sequence: String(index + 1) });
    }
  }
}

/** A change with its tasks, a problem, an outage and a catalog. */
function plantOthers(plant: Plant): void {
  const change = seedId('c60', 16);
  plant('change_request', { sys_id: change, number: 'CHG0000016', short_description: 'Replace the mail gateway' });
  for (const number of [1, 2])
    plant('change_task', {
      sys_id: seedId('c70', number),
      number: `CTASK${String(10_000 + number).padStart(7, '0')}`,
      short_description: number === 1 ? 'Prepare the new gateway' : 'Move the traffic',
      change_request: change,
    });
  plant('problem', {
    sys_id: seedId('9b0', 1),
    number: 'PRB0000001',
    short_description: 'Mail gateway runs out of memory',
  });
  plant('cmdb_ci_outage', { sys_id: seedId('0a0', 1), short_description: 'Mail gateway', type: 'outage' });
  plant('sc_cat_item', {
    sys_id: seedId('ca0', 1),
    name: 'Standard laptop',
    short_description: 'For office work',
    price: '$1,100.00',
  });
  plant('sc_cat_item', {
    sys_id: seedId('ca0', 2),
    name: 'Headset',
    short_description: 'With a microphone',
    price: '$89.00',
  });
}
