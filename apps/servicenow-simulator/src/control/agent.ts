import { type Row } from '../data/schema.js';
import { schema } from '../data/tables.js';
import { sessionOf } from '../access/session.js';
import { type Instance } from '../instance/instance.js';
import { State } from '../records/incident-rules.js';
import { accounts } from '../seed/accounts.js';

/** The actions of a service desk agent on incidents, named by number or sys_id. */
export class Agent {
  constructor(private readonly instance: Instance) {}

  /** Assigns it to the agent, or to another person (user name) or group (name), and sets it in progress. */
  assign(incident: string, to: { user?: string; group?: string } = {}): Row {
    const { store } = this.instance;
    const user = store.lookUp('sys_user', 'user_name', to.user ?? accounts.agent.userName)?.[0];
    const group = [...store.rows('sys_user_group')].find(({ name }) => name === to.group);
    return this.update(incident, {
      state: State.inProgress,
      assigned_to: user?.['sys_id'] ?? '',
      ...(group && { assignment_group: group['sys_id']! }),
    });
  }

  /** Adds a comment that the caller can read. `as` is the user name of another author, such as the caller's. */
  comment(incident: string, text: string, { as }: { as?: string } = {}): Row {
    return this.update(incident, { comments: text }, as);
  }

  /** Adds a note that only the service desk can read. */
  workNote(incident: string, text: string): Row {
    return this.update(incident, { work_notes: text });
  }

  /** Puts it on hold; reason 1 is the caller, 3 a problem, 4 a vendor, 5 a change. */
  hold(incident: string, { reason = '1', comment }: { reason?: string; comment?: string } = {}): Row {
    return this.update(incident, { state: State.onHold, hold_reason: reason, ...(comment && { comments: comment }) });
  }

  resolve(
    incident: string,
    { code = 'Solution provided', notes = 'Solved.' }: { code?: string; notes?: string } = {},
  ): Row {
    return this.update(incident, { state: State.resolved, close_code: code, close_notes: notes });
  }

  close(
    incident: string,
    { code = 'Solution provided', notes = 'Solved.' }: { code?: string; notes?: string } = {},
  ): Row {
    return this.update(incident, { state: State.closed, close_code: code, close_notes: notes });
  }

  cancel(incident: string): Row {
    return this.update(incident, { state: State.canceled });
  }

  /** Any other change, by the agent or the named user. */
  update(incident: string, fields: Row, as: string = accounts.agent.userName): Row {
    const { store, records, clock } = this.instance;
    const row = store.lookUp('incident', 'number', incident)?.[0] ?? store.get('incident', incident);
    if (!row) throw new Error(`There is no incident ${incident}.`);
    const user = store.lookUp('sys_user', 'user_name', as)?.[0];
    if (!user) throw new Error(`There is no user ${as}.`);
    return records.update(schema.table('incident')!, row, fields, { session: sessionOf(user), now: clock.now() });
  }
}
