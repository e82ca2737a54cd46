import { choices, type Choices } from './choices.js';
import { type Column, Schema, type TableAccess, type TableSchema } from './schema.js';

const text = (length = 255, more: Partial<Column> = {}): Column => ({ type: 'string', length, ...more });
const ref = (reference: string, more: Partial<Column> = {}): Column => ({ type: 'reference', reference, ...more });
const choice = (values: Choices, initial = '', more: Partial<Column> = {}): Column => ({
  type: 'choice',
  choices: values,
  default: initial,
  length: 40,
  ...more,
});
const yesNo = (initial: boolean): Column => ({ type: 'boolean', default: String(initial) });
const count = (initial = ''): Column => ({ type: 'integer', default: initial });
const date: Column = { type: 'glide_date_time' };
const duration: Column = { type: 'glide_duration' };
const journal: Column = { type: 'journal' };
const fixed = { isReadOnly: true };
const ADMIN = ['admin'];
const onlyAdmin: TableAccess = { read: ADMIN, create: ADMIN, write: ADMIN, delete: ADMIN };

const systemColumns: Record<string, Column> = {
  sys_id: { type: 'GUID', ...fixed },
  sys_created_on: { ...date, ...fixed },
  sys_created_by: text(40, fixed),
  sys_updated_on: { ...date, ...fixed },
  sys_updated_by: text(40, fixed),
  sys_mod_count: { ...count('0'), ...fixed },
  sys_class_name: text(80, fixed),
  sys_tags: text(40, fixed),
};

const taskColumns: Record<string, Column> = {
  number: text(40, fixed),
  short_description: text(160),
  description: text(4_000),
  active: { ...yesNo(true), ...fixed },
  priority: choice(choices.priority, '4'),
  impact: choice(choices.impact, '3'),
  urgency: choice(choices.urgency, '3'),
  opened_at: { ...date, ...fixed },
  opened_by: ref('sys_user'),
  closed_at: { ...date, ...fixed },
  closed_by: ref('sys_user', fixed),
  close_notes: text(4_000),
  due_date: date,
  sla_due: { ...date, ...fixed },
  made_sla: { ...yesNo(true), ...fixed },
  assigned_to: ref('sys_user'),
  assignment_group: ref('sys_user_group'),
  additional_assignee_list: { type: 'glide_list' },
  watch_list: { type: 'glide_list' },
  work_notes_list: { type: 'glide_list' },
  group_list: { type: 'glide_list' },
  comments: journal,
  work_notes: journal,
  comments_and_work_notes: { ...journal, ...fixed },
  contact_type: choice(choices.contact_type, 'phone'),
  cmdb_ci: ref('cmdb_ci'),
  business_service: ref('cmdb_ci_service'),
  service_offering: ref('service_offering'),
  company: ref('core_company'),
  location: ref('cmn_location'),
  parent: ref('task'),
  correlation_id: text(100),
  correlation_display: text(100),
  escalation: choice(choices.escalation, '0'),
  approval: choice(choices.approval, 'not requested'),
  approval_set: date,
  upon_approval: text(40, { default: 'proceed' }),
  upon_reject: text(40, { default: 'cancel' }),
  knowledge: yesNo(false),
  reassignment_count: { ...count('0'), ...fixed },
  time_worked: duration,
  business_duration: duration,
  calendar_duration: duration,
  activity_due: date,
  follow_up: date,
  expected_start: date,
  work_start: date,
  work_end: date,
  order: count(),
  skills: { type: 'glide_list' },
  delivery_plan: text(40),
  delivery_task: text(40),
  route_reason: text(40),
  task_effective_number: text(40, fixed),
  universal_request: ref('task'),
  contract: text(40),
  user_input: text(4_000),
  sys_domain: text(40, { default: 'global', ...fixed }),
  sys_domain_path: text(255, { default: '/', ...fixed }),
  ...systemColumns,
};

const incidentColumns: Record<string, Column> = {
  ...taskColumns,
  state: choice(choices.state, '1'),
  incident_state: choice(choices.state, '1', fixed),
  caller_id: ref('sys_user'),
  category: choice(choices.category, 'inquiry'),
  subcategory: choice(choices.subcategory),
  severity: choice(choices.severity, '3'),
  hold_reason: choice(choices.hold_reason),
  close_code: choice(choices.close_code),
  resolved_at: { ...date, ...fixed },
  resolved_by: ref('sys_user', fixed),
  reopen_count: { ...count('0'), ...fixed },
  reopened_by: ref('sys_user', fixed),
  reopened_time: { ...date, ...fixed },
  notify: choice(choices.notify, '1'),
  major_incident_state: text(40),
  parent_incident: ref('incident'),
  child_incidents: { ...count('0'), ...fixed },
  problem_id: ref('problem'),
  rfc: ref('change_request'),
  caused_by: ref('change_request'),
  business_impact: text(4_000),
  business_stc: count(),
  calendar_stc: count(),
  cause: text(4_000),
  origin_id: text(40),
  origin_table: text(80),
};

const PLATFORM = ['snc_platform_rest_api_access', 'itil'];
const INCIDENT_READ = ['sn_incident_read', 'itil'];
const INCIDENT_WRITE = ['sn_incident_write', 'itil'];
const incidentAccess: TableAccess = {
  read: INCIDENT_READ,
  create: INCIDENT_WRITE,
  write: INCIDENT_WRITE,
  delete: ADMIN,
  ownerFields: ['caller_id', 'opened_by'],
};
const itil: TableAccess = { read: ['itil'], create: ['itil'], write: ['itil'], delete: ADMIN };

interface Definition extends Partial<Omit<TableSchema, 'columns' | 'name' | 'label'>> {
  columns?: Record<string, Column>;
}

const table = (name: string, label: string, { columns = {}, indexes = [], ...more }: Definition): TableSchema => ({
  display: 'name',
  access: { ...onlyAdmin, read: PLATFORM },
  ...more,
  name,
  label,
  columns: more.parent ? columns : { ...columns, ...systemColumns },
  indexes,
});

const TASK = { parent: 'task', display: 'number' };

/** The tables of the simulated instance. */
export const schema = new Schema([
  table('task', 'Task', { columns: taskColumns, display: 'number', access: itil }),
  table('incident', 'Incident', {
    ...TASK,
    columns: incidentColumns,
    numberPrefix: 'INC',
    indexes: ['number', 'correlation_id', 'caller_id', 'opened_by', 'parent_incident'],
    access: incidentAccess,
  }),
  table('change_request', 'Change Request', {
    ...TASK,
    columns: { ...taskColumns, state: choice(choices.change_state, '-5'), type: text(40, { default: 'normal' }) },
    numberPrefix: 'CHG',
    indexes: ['number'],
    access: itil,
  }),
  table('change_task', 'Change Task', {
    ...TASK,
    columns: { ...taskColumns, state: choice(choices.change_state, '-5'), change_request: ref('change_request') },
    numberPrefix: 'CTASK',
    indexes: ['number', 'change_request'],
    access: itil,
  }),
  table('problem', 'Problem', {
    ...TASK,
    columns: { ...taskColumns, state: choice(choices.problem_state, '101') },
    numberPrefix: 'PRB',
    indexes: ['number'],
    access: itil,
  }),
  table('sc_request', 'Request', {
    ...TASK,
    columns: { ...taskColumns, requested_for: ref('sys_user'), state: text(40, { default: '1' }) },
    numberPrefix: 'REQ',
    indexes: ['number'],
    access: { ...onlyAdmin, read: PLATFORM, ownerFields: ['requested_for', 'opened_by'] },
  }),
  table('sys_user', 'User', {
    columns: {
      user_name: text(40),
      email: text(100),
      name: text(151, fixed),
      first_name: text(50),
      last_name: text(50),
      active: yesNo(true),
      locked_out: yesNo(false),
      vip: yesNo(false),
      time_zone: text(40),
      preferred_language: text(40),
      department: ref('cmn_department'),
      location: ref('cmn_location'),
      manager: ref('sys_user'),
      title: text(60, { roles: ADMIN }),
      employee_number: text(40, { roles: ADMIN }),
      mobile_phone: text(40, { roles: ADMIN }),
      roles: text(4_000, { roles: ADMIN }),
      user_password: text(255, { roles: [] }),
      failed_attempts: { ...count('0'), roles: ADMIN },
      web_service_access_only: yesNo(false),
      internal_integration_user: yesNo(false),
    },
    indexes: ['user_name', 'email'],
    access: { ...onlyAdmin, read: PLATFORM, ownerFields: ['sys_id'] },
  }),
  table('sys_user_group', 'Group', { columns: { name: text(80), description: text(1_000), manager: ref('sys_user') } }),
  table('cmn_department', 'Department', { columns: { name: text(100) } }),
  table('cmn_location', 'Location', { columns: { name: text(100), city: text(40), time_zone: text(40) } }),
  table('sys_choice', 'Choice', {
    columns: {
      name: text(80),
      element: text(80),
      value: text(80),
      label: text(80),
      sequence: count(),
      inactive: yesNo(false),
      language: text(8, { default: 'en' }),
    },
    display: 'label',
    indexes: ['element'],
  }),
  table('sys_journal_field', 'Journal Entry', {
    columns: { name: text(80), element: text(80), element_id: text(32), value: text(4_000) },
    display: 'value',
    indexes: ['element_id'],
    access: { read: INCIDENT_READ, create: [], write: [], delete: ADMIN },
  }),
  table('sys_attachment', 'Attachment', {
    columns: {
      table_name: text(80),
      table_sys_id: text(32),
      file_name: text(100),
      content_type: text(100),
      size_bytes: { type: 'integer' },
      size_compressed: { type: 'integer' },
      compressed: yesNo(true),
      hash: text(64),
      state: text(40, { default: 'available' }),
      download_link: text(200, fixed),
    },
    display: 'file_name',
    indexes: ['table_sys_id'],
    access: { create: [], write: [], delete: ADMIN },
  }),
  table('sys_properties', 'System Property', {
    columns: { name: text(100), value: text(4_000), description: text(512) },
    indexes: ['name'],
    access: onlyAdmin,
  }),
  table('sys_dictionary', 'Dictionary Entry', {
    columns: {
      name: text(80),
      element: text(80),
      internal_type: text(40),
      max_length: count(),
      reference: text(80),
      read_only: yesNo(false),
      mandatory: yesNo(false),
    },
    display: 'element',
    indexes: ['name'],
  }),
  table('kb_knowledge', 'Knowledge', {
    columns: {
      number: text(40, fixed),
      short_description: text(100),
      text: text(32_000),
      workflow_state: text(40, { default: 'published' }),
      active: yesNo(true),
    },
    display: 'number',
    numberPrefix: 'KB',
    indexes: ['number'],
  }),
  table('cmdb_ci_outage', 'Outage', {
    columns: { short_description: text(100), cmdb_ci: ref('cmdb_ci'), type: text(40), begin: date, end: date },
    display: 'short_description',
    access: itil,
  }),
  table('sc_cat_item', 'Catalog Item', {
    columns: { name: text(100), short_description: text(200), price: text(40), active: yesNo(true) },
  }),
  table('oauth_credential', 'OAuth Token', {
    columns: {
      token: text(40),
      refresh_token: text(40),
      user: text(32),
      client: text(40),
      expires: count(),
      renewable_until: count(),
    },
    display: 'sys_id',
    indexes: ['token', 'refresh_token'],
    access: onlyAdmin,
    isInternal: true,
  }),
  table('oauth_entity', 'OAuth Client', {
    columns: { client_id: text(40), client_secret: text(40), user: text(32), name: text(80) },
    indexes: ['client_id'],
    access: onlyAdmin,
    isInternal: true,
  }),
  table('api_key', 'API Key', {
    columns: { token: text(80), user: text(32) },
    display: 'sys_id',
    indexes: ['token'],
    access: onlyAdmin,
    isInternal: true,
  }),
  table('attachment_content', 'Attachment Content', {
    columns: { base64: text(0) },
    display: 'sys_id',
    access: onlyAdmin,
    isInternal: true,
  }),
]);
