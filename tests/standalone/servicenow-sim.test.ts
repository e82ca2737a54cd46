import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Agent, request } from 'node:https';
import { accounts, people, ServiceNowSim } from '#servicenow-simulator';
import { waitUntil } from '#testing';
import ServiceNow from 'servicenow-rest-api';

type Rows = Record<string, string>[];

/** Tests the simulator with an independent client, npm servicenow-rest-api, which always uses https. */
describe('An independent client of ServiceNow', () => {
  let sim: ServiceNowSim;
  let client: ServiceNow;

  const asked = <Answer>(ask: (callback: (answer: Answer) => void) => void): Promise<Answer> => new Promise(ask);
  // The client writes its progress to the console.
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);

  beforeAll(async () => {
    sim = await ServiceNowSim.start({ https: true });
    const { userName, password } = accounts.admin;
    client = new ServiceNow(new URL(sim.url).host, userName, password);
    client.setNetworkOptions({ httpsAgent: new Agent({ ca: sim.ca }) });
  });

  afterAll(async () => {
    said.mockRestore();
    await sim.close();
  });

  it('reads a sample of a table', async () => {
    const rows = await asked<Rows>((callback) => client.getSampleData('incident', callback));
    expect(rows).toEqual([expect.objectContaining({ sys_class_name: 'incident' })]);
  });

  it('reads fields of filtered rows, with one filter that the server evaluates', async () => {
    const filters = ['caller_id.email=' + people.ana.email, 'opened_at>=javascript:gs.monthsAgo(6)', 'active=true'];
    const rows = await asked<Rows>((callback) =>
      client.getTableData(['number', 'state', 'caller_id'], filters, 'incident', callback),
    );
    expect(rows.length).toBeGreaterThan(2);
    for (const row of rows) expect(row['caller_id']).toMatchObject({ display_value: people.ana.name });
    expect(new Set(rows.map(({ state }) => state))).toContain('In Progress');
  });

  it('creates, finds, changes and deletes an incident with display values', async () => {
    const data = {
      short_description: 'From another client',
      impact: '1 - High',
      urgency: '2 - Medium',
      caller_id: 'Ana Ruiz',
    };
    const created = await asked<Record<string, string>>((callback) => client.createNewTask(data, 'incident', callback));
    expect(created).toMatchObject({
      priority: '2 - High',
      state: 'New',
      caller_id: { display_value: 'Ana Ruiz', link: `${sim.url}/api/now/table/sys_user/${people.ana.sysId}` },
    });
    const number = created['number']!;
    expect(await asked((callback) => client.getSysId('incident', number, callback))).toBe(created['sys_id']);
    const changed = await asked<Record<string, string>>((callback) =>
      client.UpdateTask('incident', number, { state: 'In Progress', urgency: '1 - High' }, callback),
    );
    expect(changed).toMatchObject({ state: 'In Progress', priority: '1 - Critical' });
    expect(sim.records('incident').find((row) => row['number'] === number)).toMatchObject({
      state: '2',
      priority: '1',
    });
    const deleted = await asked<{ status: number }>((callback) => client.DeleteTask('incident', number, callback));
    expect(deleted.status).toBe(204);
    expect(sim.records('incident').some((row) => row['number'] === number)).toBe(false);
  });

  it('gets a 404 when it changes an incident that does not exist', async () => {
    const refused = await asked<{ response: { status: number } }>((callback) =>
      client.UpdateTask('incident', 'INC9999999', { state: '2' }, callback),
    );
    expect(refused.response.status).toBe(404);
  });

  it('reads the metadata and the content of attachments', async () => {
    const { sys_id: incident } = sim.records('incident')[0]!;
    const { userName, password } = accounts.admin;
    const uploaded = await upload(incident!, `${userName}:${password}`);
    const one = await asked<Record<string, string>>((callback) => client.getAttachmentMetaData(uploaded, callback));
    expect(one).toMatchObject({ file_name: 'note.txt', table_sys_id: incident });
    const all = await asked<Rows>((callback) => client.getAllAttachmentsMetaData(incident!, callback));
    expect(all.map(({ sys_id }) => sys_id)).toEqual([uploaded]);
    const { data } = await asked<{ data: string }>((callback) => client.getAttachment(uploaded, callback));
    expect(data).toBe('a note');
  });

  it('reads the tasks of a change by its number', async () => {
    const tasks = await asked<Rows>((callback) => client.getChangeTasks('change_task', 'CHG0000016', callback));
    expect(tasks.map(({ number }) => number).sort()).toEqual(['CTASK0010001', 'CTASK0010002']);
  });

  it('signs in', async () => {
    client.Authenticate();
    await waitUntil('the client reports that it is authenticated', () =>
      said.mock.calls.some(([text]) => text === 'Authenticated'),
    );
    const { method, url, status } = sim.journal().requests.at(-1)!;
    expect([method, url, status]).toEqual(['GET', '/api/now/v2/table/sys_user?user_name=admin', 200]);
  });

  /** The client cannot upload, so another request does; it returns the sys_id of the attachment. */
  function upload(incident: string, auth: string): Promise<string> {
    const path = `/api/now/attachment/file?table_name=incident&table_sys_id=${incident}&file_name=note.txt`;
    return new Promise((resolve, reject) => {
      const options = { method: 'POST', auth, ca: sim.ca, headers: { 'Content-Type': 'text/plain' } };
      request(sim.url + path, options, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => void (body += chunk.toString()));
        response.on('end', () => resolve((JSON.parse(body) as { result: { sys_id: string } }).result.sys_id));
      })
        .on('error', reject)
        .end('a note');
    });
  }
});
