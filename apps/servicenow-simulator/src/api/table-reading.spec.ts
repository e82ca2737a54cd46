import { describe, expect, it } from '@jest/globals';
import { accounts, people, seededIncidents } from '../seed/accounts.js';
import { create, table, withSim } from '../sim-client.fixture.js';

const { admin, reader, noRole, agent } = accounts;

describe('Reading a table', () => {
  it('returns 10,000 rows without a limit, and otherwise the requested number', () =>
    withSim({}, async ({ sim, call }) => {
      sim.plant(
        'cmn_department',
        Array.from({ length: 10_010 }, (_, number) => ({ name: `Department ${number}` })),
      );
      const { rows, headers } = await call(table('cmn_department', { fields: 'name' }));
      expect(rows).toHaveLength(10_000);
      expect(headers.get('x-total-count')).toBe('10012');
      expect((await call(table('cmn_department', { limit: '10005' }))).rows).toHaveLength(10_005);
    }));

  it.each([
    // matching rows, limit, offset → rel of each link with its offset
    [0, 2, 0, undefined],
    [1, 2, 0, undefined],
    [2, 2, 0, undefined],
    [4, 2, 0, 'first 0, next 2, last 2'],
    [4, 2, 2, 'first 0, prev 0, last 2'],
    [5, 2, 2, 'first 0, prev 0, next 4, last 4'],
    [5, 2, 4, 'first 0, prev 2, last 4'],
    [5, 10, 3, 'first 0, prev 0, last 0'],
  ])('links the adjacent pages: %i rows by %i from %i', (count, limit, offset, expected) =>
    withSim({}, async ({ sim, call }) => {
      sim.plant(
        'cmn_location',
        Array.from({ length: count }, () => ({ city: 'Leeds' })),
      );
      const where = { query: 'city=Leeds', limit: String(limit), offset: String(offset) };
      const { headers } = await call(table('cmn_location', where));
      const links = headers
        .get('link')
        ?.split(',')
        .map((link) => {
          const [, url = '', rel] = /^<(.*)>;rel="(.*)"$/.exec(link) ?? [];
          const { origin, searchParams } = new URL(url);
          expect([origin, searchParams.get('sysparm_query')]).toEqual([sim.url, 'city=Leeds']);
          return `${rel} ${searchParams.get('sysparm_offset')}`;
        });
      expect(links?.join(', ')).toBe(expected);
      expect(headers.get('x-total-count')).toBe(String(count));
    }),
  );

  it('leaves out the suppressed links but not the count, and both without a count', () =>
    withSim({}, async ({ call }) => {
      const suppressed = await call(table('incident', { limit: '1', suppress_pagination_header: 'true' }));
      expect([suppressed.headers.get('link'), suppressed.headers.get('x-total-count')]).toEqual([null, '60']);
      const uncounted = await call(table('incident', { limit: '1', no_count: 'true' }));
      expect([uncounted.headers.get('link'), uncounted.headers.get('x-total-count')]).toEqual([null, null]);
    }));

  it('answers 404 for an empty list in v1, and an empty list in v2 and without a version', () =>
    withSim({}, async ({ call }) => {
      const query = '/table/incident?sysparm_query=number=INC9999999';
      const statuses = await Promise.all(
        ['/v1', '/v2', ''].map(async (v) => (await call(`/api/now${v}${query}`)).status),
      );
      expect(statuses).toEqual([404, 200, 200]);
    }));

  it('counts rows that the account may not read, and does not show them', () =>
    withSim({}, async ({ call }) => {
      const { status, rows, headers } = await call(table('incident'), { as: noRole });
      expect([status, rows.length, headers.get('x-total-count')]).toEqual([200, 0, '60']);
      const open = await call(table('incident'));
      expect([open.rows.length, open.headers.get('x-total-count')]).toEqual([59, '60']);
      const { restricted } = seededIncidents;
      expect((await call(table(`incident/${restricted.sysId}`))).status).toBe(404);
      expect((await call(table(`incident/${restricted.sysId}`), { as: admin })).status).toBe(200);
    }));

  it('cuts the page before it checks rights, so that a page may be empty while the next is not', () =>
    withSim({}, async ({ call }) => {
      const query = `caller_id=${people.ana.sysId}^numberSTARTSWITHINC001^ORDERBYDESCnumber`;
      const first = await call(table('incident', { query, limit: '1', fields: 'number' }));
      expect(first.rows).toEqual([]);
      expect(first.headers.get('link')).toContain('rel="next"');
      const next = await call(table('incident', { query, limit: '1', offset: '1', fields: 'number' }));
      expect(next.rows).toEqual([{ number: 'INC0010003' }]);
    }));

  it('leaves out the keys of hidden and non-existent fields', () =>
    withSim({ config: { hiddenFields: { incident: ['category'] } } }, async ({ call }) => {
      const fields = 'number,category,nonsense,caller_id.title,caller_id.name';
      const where = { query: 'number=INC0010002', fields };
      expect((await call(table('incident', where))).rows).toEqual([
        { number: 'INC0010002', 'caller_id.name': 'Abraham Lincoln' },
      ]);
      expect(Object.keys((await call(table('incident', where), { as: admin })).rows[0]!)).toHaveLength(4);
      const { rows } = await call(table('sys_user', { user_name: 'admin' }), { as: admin });
      expect(rows[0]).not.toHaveProperty('user_password');
    }));

  it.each(['titleLIKEacqui', 'titleISNOTEMPTY', 'email=x^NQtitleSTARTSWITHa', 'ORDERBYtitle', 'user_passwordLIKEa'])(
    'refuses to query a field that the account may not read: %s',
    (query) =>
      withSim({}, async ({ call }) => {
        const { status, error } = await call(table('sys_user', { query }));
        expect([status, error]).toEqual([
          403,
          'Insufficient rights to query records / Field(s) present in the query do not have permission to be read',
        ]);
      }),
  );

  it('refuses range queries over a field with equality rights only, if the instance has such rules', () =>
    withSim({ config: { rangeDeniedFields: { sys_user: ['email'] } } }, async ({ call }) => {
      const status = async (query: string): Promise<number> => (await call(table('sys_user', { query }))).status;
      expect(await Promise.all(['email=a@b.c', 'emailLIKEa', 'ORDERBYemail', 'email>a'].map(status))).toEqual([
        200, 403, 403, 403,
      ]);
      expect((await call(table('incident', { query: 'caller_id.emailLIKEa' }))).status).toBe(403);
    }));

  it('drops an invalid condition, which widens the result, or finds nothing if the property says so', () =>
    withSim({}, async ({ sim, call }) => {
      const count = async (query: string): Promise<string | null> =>
        (await call(table('incident', { query, limit: '1' }))).headers.get('x-total-count');
      const invalid = ['nonsense=1', 'numberIS=INC0010002', 'caller_id.nonsense=1', 'number=javascript:evil()'];
      expect(await Promise.all(invalid.map(count))).toEqual(['60', '60', '60', '60']);
      expect(await count('nonsense=1^number=INC0010002')).toBe('1');
      sim.property('glide.invalid_query.returns_no_rows', 'true');
      expect(await Promise.all(invalid.map(count))).toEqual(['0', '0', '0', '0']);
      expect(await count('number=INC0010002')).toBe('1');
    }));

  it('binds ^OR to the condition before it, and starts another query with ^NQ', () =>
    withSim({}, async ({ call }) => {
      const numbers = async (query: string): Promise<unknown> =>
        (await call(table('incident', { query: `${query}^ORDERBYnumber`, fields: 'number' }))).rows.map(
          ({ number }) => number,
        );
      const abraham = `caller_id=${people.abraham.sysId}`;
      expect(await numbers(`${abraham}^state=2^ORstate=3`)).toEqual(['INC0010002']);
      expect(await numbers(`${abraham}^state=3^NQnumber=INC0010003`)).toEqual(['INC0010003']);
      expect(await numbers(`${abraham}^EQ^state=3`)).toEqual(['INC0010002']);
    }));

  it('sorts by several keys, and leaves the order of ties and unsorted rows to chance', () =>
    withSim({}, async ({ call }) => {
      const numbers = async (query: string): Promise<string[]> =>
        (await call(table('incident', { query, fields: 'number,impact' }))).rows.map(
          ({ impact, number }) => `${impact} ${number}`,
        );
      const ordered = await numbers('ORDERBYDESCimpact^ORDERBYnumber');
      expect(ordered).toEqual(ordered.toSorted((a, b) => (a[0] === b[0] ? (a < b ? -1 : 1) : a < b ? 1 : -1)));
      const tied = await Promise.all([numbers('ORDERBYDESCimpact'), numbers('ORDERBYDESCimpact')]);
      expect(tied[0].map((row) => row[0])).toEqual(ordered.map((row) => row[0]));
      expect(tied[0]).not.toEqual(tied[1]);
      expect(await numbers('')).not.toEqual(await numbers(''));
    }));

  it('follows references in queries and in fields', () =>
    withSim({}, async ({ call }) => {
      const query = 'caller_id.email=abraham.lincoln@example.com^caller_id.active=true';
      const fields = 'number,caller_id.email,caller_id.department.name,parent_incident.caller_id.name';
      expect((await call(table('incident', { query, fields }))).rows).toEqual([
        {
          number: 'INC0010002',
          'caller_id.email': people.abraham.email,
          'caller_id.department.name': 'Sales',
          'parent_incident.caller_id.name': '',
        },
      ]);
      const all = await call(table('incident', { query, fields: ' caller_id.email', display_value: 'all' }));
      expect(all.rows).toEqual([
        { 'caller_id.email': { display_value: people.abraham.email, value: people.abraham.email } },
      ]);
    }));

  it('accepts labels and names only in pairs of field and value, and pairs only without a query', () =>
    withSim({}, async ({ sim, call }) => {
      const count = async (parameters: Record<string, string>): Promise<number> =>
        Number((await call(table('incident', parameters))).headers.get('x-total-count'));
      const closed = await count({ query: 'state=7' });
      expect(closed).toBeGreaterThan(0);
      expect(await count({ state: 'Closed' })).toBe(closed);
      expect(await count({ state: '7' })).toBe(closed);
      expect(await count({ query: 'state=Closed' })).toBe(0);
      expect(await count({ caller_id: 'Abraham Lincoln' })).toBe(1);
      expect(await count({ caller_id: 'abraham.lincoln', state: 'in progress' })).toBe(1);
      expect(await count({ query: 'number=INC0010002', state: 'Closed' })).toBe(1);
      expect(sim.journal().security.map(({ kind }) => kind)).toEqual(['ignored-filter']);
    }));

  it('evaluates a few expressions after javascript: on behalf of the account, and records them', () =>
    withSim({}, async ({ sim, call }) => {
      const query = 'sys_id=javascript:gs.getUserID()';
      expect((await call(table('sys_user', { query, fields: 'user_name' }))).rows).toEqual([
        { user_name: 'svc.helpdesk' },
      ]);
      const recent = await call(
        table('incident', { query: 'opened_at>=javascript:gs.hoursAgo(2)^ORDERBYnumber', fields: 'number' }),
      );
      expect(recent.rows.map(({ number }) => number)).not.toContain('INC0010002');
      expect(recent.rows.length).toBeGreaterThan(3);
      expect(sim.journal().security.map(({ detail }) => detail)).toEqual(['gs.getUserID()', 'gs.hoursAgo(2)']);
    }));

  it.each([
    ['x^NQuser_name=admin', ['admin']],
    [`x^ORuser_name=api.reader`, ['api.reader']],
    ['x^NQsys_id=javascript:gs.getUserID()', ['svc.helpdesk']],
    ['x^NQemail=cfo@example.com^nameLIKEvera', ['cfo']],
    ['x^NQemail=cfo@example.com^nameLIKEzzz', []],
    ['priya+it@example.com', ['priya+it']],
  ])('treats an injected e-mail as a real instance would: %s', (typed, found) =>
    withSim({}, async ({ call }) => {
      const { rows } = await call(table('sys_user', { query: `email=${typed}`, fields: 'user_name' }));
      expect(rows.map(({ user_name }) => user_name)).toEqual(found);
    }),
  );

  it('decodes a query once: %5ENQ without a second encoding is a caret, and a bare + is a space', () =>
    withSim({}, async ({ call }) => {
      const found = async (raw: string): Promise<number> =>
        (await call(`/api/now/table/sys_user?sysparm_query=email=${raw}`)).rows.length;
      expect(await found('x%5ENQuser_name=admin')).toBe(1);
      expect(await found('x^NQuser_name=admin')).toBe(1);
      expect(await found('x%255ENQuser_name=admin')).toBe(0);
      expect(await found('priya+it@example.com')).toBe(0);
      expect(await found('priya%2Bit@example.com')).toBe(1);
    }));

  it('compares without regard to case, unless the instance is set up otherwise', () =>
    withSim({}, async ({ sim, call }) => {
      const count = async (): Promise<number> =>
        (await call(table('sys_user', { query: 'email=ABRAHAM.lincoln@EXAMPLE.com' }))).rows.length;
      expect(await count()).toBe(1);
      sim.config({ ignoreCase: false });
      expect(await count()).toBe(0);
    }));

  it.each([
    ['/api/now/table/nonsense', 400, 'Invalid table nonsense / null'],
    ['/api/now/table/oauth_credential', 400, 'Invalid table oauth_credential / null'],
    ['/api/now/nonsense', 400, 'Requested URI does not represent any resource / null'],
    ['/api/now/v3/table/incident', 400, 'Requested URI does not represent any resource / null'],
    [
      `/api/now/table/incident/${'f'.repeat(32)}`,
      404,
      "No Record found / Record doesn't exist or ACL restricts the record retrieval",
    ],
    [
      '/api/now/table/incident?sysparm_query=JOINincident.caller_id=sys_user.sys_id',
      400,
      'Invalid query / The simulator does not know JOINincident.caller_id',
    ],
  ])('answers %s with %i in its envelope', (path, status, error) =>
    withSim({}, async ({ call }) => {
      const reply = await call(path, { as: admin });
      expect([reply.status, reply.error]).toEqual([status, error]);
      expect(reply.json).toMatchObject({ status: 'failure' });
    }),
  );

  it('closes a table to REST, ignores or refuses a bad offset, and is lenient or strict about Accept as configured', () =>
    withSim({ config: { closedTables: ['problem'] } }, async ({ sim, call }) => {
      expect((await call(table('problem'), { as: admin })).error).toContain('Failed API level ACL Validation');
      expect((await call(table('incident', { offset: '-1', limit: 'x' }))).rows).toHaveLength(59);
      sim.config({ strictPaging: true });
      expect((await call(table('incident', { offset: '-1' }))).status).toBe(400);
      expect((await call(table('incident'), { headers: { Accept: 'application/xml' } })).status).toBe(406);
      expect((await call(table('incident'), { headers: { Accept: '*/*' } })).status).toBe(200);
    }));

  it('shows tasks of every kind through their parent table, with the shared fields', () =>
    withSim({}, async ({ call }) => {
      const { rows } = await call(
        table('task', { query: 'sys_class_nameINSTANCEOFtask^numberINCHG0000016,INC0010002,PRB0000001^ORDERBYnumber' }),
        {
          as: agent,
        },
      );
      expect(rows.map(({ number, sys_class_name }) => [number, sys_class_name])).toEqual([
        ['CHG0000016', 'change_request'],
        ['INC0010002', 'incident'],
        ['PRB0000001', 'problem'],
      ]);
      expect(rows[1]).not.toHaveProperty('caller_id');
    }));

  it('keeps journals write-only, and shows them newest first in the account’s time zone', () =>
    withSim({}, async (client) => {
      const { sim, call } = client;
      const { sys_id: id } = await create(client, { comments: 'First' });
      sim.advance(60_000);
      await call(table(`incident/${id}`), { method: 'PATCH', body: { comments: 'Second', work_notes: 'Secret' } });
      const read = async (display_value: string, as = accounts.service) =>
        (await call(table(`incident/${id}`, { display_value, fields: 'comments,work_notes' }), { as })).row;
      expect(await read('false')).toEqual({ comments: '', work_notes: '' });
      const comments =
        '2026-11-23 08:01:00 - Helpdesk Assistant (Additional comments)\nSecond\n\n' +
        '2026-11-23 08:00:00 - Helpdesk Assistant (Additional comments)\nFirst\n\n';
      const work_notes = '2026-11-23 08:01:00 - Helpdesk Assistant (Work notes)\nSecret\n\n';
      expect(await read('true')).toEqual({ comments, work_notes });
      expect(await read('all')).toEqual({
        comments: { display_value: comments, value: '' },
        work_notes: { display_value: work_notes, value: '' },
      });
      expect((await read('true', agent as never))['comments']).toContain('2026-11-23 09:01:00 - ');
      const entries = table('sys_journal_field', { query: `element_id=${id}^element=comments^ORDERBYsys_created_on` });
      expect((await call(entries)).rows.map(({ value, sys_created_by }) => [value, sys_created_by])).toEqual([
        ['First', 'svc.helpdesk'],
        ['Second', 'svc.helpdesk'],
      ]);
      sim.config({ journalTableReadable: false });
      expect((await call(entries)).rows).toEqual([]);
      expect((await call(entries, { as: reader })).headers.get('x-total-count')).toBe('2');
    }));
});
