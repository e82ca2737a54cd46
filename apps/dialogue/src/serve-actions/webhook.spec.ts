import { gzipSync, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { createBus, InProcessBroker, type MessageBus } from '#bus';
import { projectRoot, startService, type RunningService } from '#service';
import { actionServerService } from './action-server.module.js';

// Jest on Node 20 cannot load this package; it only serves the assets of the API's page.
jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

let service: RunningService;
let peer: MessageBus;
let opened: { operationId: string; email: string }[];

beforeAll(async () => {
  const broker = new InProcessBroker();
  peer = createBus({ service: 'incident', broker });
  peer.handle('incident.open.v1', async (request) => {
    opened.push(request as { operationId: string; email: string });
    return { kind: 'opened', number: 'INC0010001' };
  });
  peer.open();
  service = await startService(actionServerService, {
    env: { ACTION_SERVER_PORT: '0', SECOND_DESK_URL: 'http://second.example' },
    host: '127.0.0.1',
    broker,
    namespace: 'test',
    logger: () => pino({ level: 'silent' }),
    projectRoot,
  });
});
afterAll(async () => {
  await service.close();
  await peer.close();
});
beforeEach(() => {
  opened = [];
});

async function post(
  body: unknown,
  encode: (text: string) => string | Uint8Array = (text) => text,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${service.url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: encode(typeof body === 'string' ? body : JSON.stringify(body)) as string,
  });
  return { status: response.status, body: await response.json() };
}

const get = async (path: string): Promise<unknown> => (await fetch(`${service.url}${path}`)).json();

/** An action call in the format of a Rasa server. */
const call = (next_action: string, tracker: Record<string, unknown> = {}) => ({
  next_action,
  sender_id: 'ann',
  tracker: { sender_id: 'ann', slots: {}, events: [], ...tracker },
  domain: { slots: {}, responses: {}, actions: [] },
  version: '3.5.5',
});

const FILLED = {
  email: 'ann@example.com',
  priority: 'low',
  incident_title: 'Printer',
  problem_description: 'It hums',
  confirm: true,
};

describe('The bundled actions on an action server', () => {
  it('are listed', async () => {
    expect(await get('/health')).toEqual({ status: 'ok' });
    expect(await get('/actions')).toContainEqual({ name: 'action_open_incident' });
  });

  it('run, and answer with all the keys of the SDK', async () => {
    const { status, body } = await post(call('action_open_incident', { slots: FILLED }));
    expect(status).toBe(200);
    expect(opened).toMatchObject([{ email: 'ann@example.com' }]);
    expect(body).toEqual({
      events: [
        { event: 'reset_slots', timestamp: null },
        { event: 'slot', timestamp: null, name: 'previous_email', value: 'ann@example.com' },
      ],
      responses: [
        {
          response: 'utter_incident_opened',
          number: 'INC0010001',
          text: null,
          buttons: [],
          elements: [],
          custom: {},
          template: null,
          image: null,
          attachment: null,
        },
      ],
    });
  });

  it('ask for the same operation again for the same message, so that nothing is opened twice', async () => {
    const parse_data = { intent: { name: 'affirm' }, entities: [] };
    const user = { event: 'user', text: 'yes', parse_data, input_channel: 'rest', message_id: 'm-7' };
    const request = call('action_open_incident', { slots: FILLED, events: [user] });
    await post(request);
    await post(request);
    expect(opened).toHaveLength(2);
    expect(opened[1]?.operationId).toBe(opened[0]?.operationId);
  });

  it('validate the candidates at the end of the events, and ignore events of unknown kinds', async () => {
    const events = [{ event: 'from_the_future' }, { event: 'slot', name: 'priority', value: 'HIGH' }];
    const { body } = await post(call('validate_open_incident_form', { events }));
    expect(body).toMatchObject({ events: [{ event: 'slot', name: 'priority', value: 'high' }] });
  });

  it('name the host of a hand-off in the answer, because only the caller can hand the conversation over', async () => {
    const { body } = await post(call('action_handoff', { slots: { handoff_to: 'second_desk' } }));
    expect(body).toMatchObject({
      responses: [
        { response: 'utter_handoff_started' },
        { custom: { handoff_host: 'http://second.example', title: 'Second desk' } },
      ],
    });
  });

  it.each([
    ['deflate', deflateSync],
    ['gzip', gzipSync],
  ])('accept calls that are compressed with %s', async (encoding, pack) => {
    const packed = (text: string): Uint8Array => pack(text);
    const { status, body } = await post(call('action_ask_email'), packed, { 'content-encoding': encoding });
    expect({ status, body }).toMatchObject({ status: 200, body: { responses: [{ response: 'utter_ask_email_new' }] } });
  });
});

describe('An action call that fails', () => {
  it('because the action is unknown gets status 404 and the name of the action', async () => {
    expect(await post(call('action_unknown'))).toEqual({
      status: 404,
      body: { error: expect.stringContaining('action_unknown'), action_name: 'action_unknown' },
    });
  });

  it('because the action throws gets status 500 without details', async () => {
    const { status, body } = await post(call('action_open_incident', { slots: { ...FILLED, priority: 'enormous' } }));
    expect(status).toBe(500);
    expect(body).toEqual({ error: expect.stringContaining('failed'), action_name: 'action_open_incident' });
  });

  it('because it names no action gets an empty answer, as with Rasa', async () => {
    expect(await post({ sender_id: 'ann', tracker: {} })).toEqual({ status: 200, body: null });
  });

  it.each(['{"next_action":', '[]', '"action_ask_email"', '{"next_action":5}', '{"next_action":"a","tracker":[]}'])(
    'because its body is invalid, such as %s, is refused',
    async (body) => {
      const { status } = await post(body);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );

  it('because its body unpacks to more than the limit is refused', async () => {
    const bomb = (): Uint8Array => gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const { status } = await post('', bomb, { 'content-encoding': 'gzip' });
    expect(status).toBe(413);
  });

  it('because its body does not match its content-encoding is refused', async () => {
    const { status } = await post(call('action_ask_email'), (text) => text, { 'content-encoding': 'gzip' });
    expect(status).toBe(400);
  });
});
