export { defaultConfig, type RateRule, type SimConfig, type WebhookTarget } from './environment/config.js';
export { type Invariants } from './control/invariants.js';
export { type JournalEntry, type SecurityEvent, type WebhookDelivery } from './instance/request-journal.js';
export { type Row } from './data/schema.js';
export { type FaultMatch, type FaultRequest, UnknownFault } from './instance/fault-plan.js';
export {
  type Condition,
  type Operator,
  type Order,
  parseQuery,
  type Query,
  type QueryReading,
} from './query/parse-query.js';
export { accounts, apiKey, oauthClients, people, seededIncidents } from './seed/accounts.js';
export { departments, groups } from './seed/users.js';
export { ServiceNowSim, type ServiceNowSimOptions } from './servicenow-sim.js';
export { type SimJournal } from './control/sim-controls.js';
