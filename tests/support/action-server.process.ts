/**
 * An action server as a separate process. It answers like one written with Rasa's Python SDK, except for the actions
 * whose names announce a fault. `GET /calls` returns all calls. Argument: the port.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { inflateSync } from 'node:zlib';

interface Call {
  next_action?: string;
  sender_id?: string;
  tracker: { slots: Record<string, unknown>; latest_message: { text?: string }; events: unknown[] };
}

type Answer = (call: Call, response: ServerResponse) => void;

const calls: Call[] = [];

const json = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const doing =
  (events: unknown[], responses: Record<string, unknown>[]): Answer =>
  (_, response) =>
    json(response, 200, { events, responses: responses.map((message) => ({ ...EMPTY_MESSAGE, ...message })) });

/** The default fields of the SDK's `utter_message`. */
const EMPTY_MESSAGE = {
  text: null,
  buttons: [],
  elements: [],
  custom: {},
  template: null,
  response: null,
  image: null,
  attachment: null,
};

const slot = (name: string, value: unknown) => ({ event: 'slot', timestamp: null, name, value });

const reminder = (name: string, seconds: number, isEndedByMessages: boolean) => ({
  event: 'reminder',
  timestamp: null,
  name,
  intent: 'reminded',
  entities: [{ entity: 'subject', value: name }],
  date_time: new Date(Date.now() + seconds * 1_000).toISOString(),
  kill_on_user_msg: isEndedByMessages,
});

const ANSWERS: Record<string, Answer> = {
  action_count: (call, response) => {
    const count = Number(call.tracker.slots['count'] ?? 0) + 1;
    doing([slot('count', count)], [{ text: `Counted to ${count}.` }])(call, response);
  },
  action_rich: doing(
    [],
    [
      { response: 'utter_named', who: 'Ada', buttons: [{ title: 'Go', payload: '/count' }] },
      { text: 'See', image: 'https://example.com/a.png', custom: { a: 1 }, attachment: { file: 'b' } },
      { response: 'utter_nobody_wrote_this', text: 'never shown' },
    ],
  ),
  action_unknown_event: doing([{ event: 'from_the_future' }, slot('count', 41)], [{ text: 'Done anyway.' }]),
  action_bad_shape: (_, response) => json(response, 200, { events: 'none', responses: [] }),
  action_reject: ({ next_action }, response) => json(response, 400, { error: 'not now', action_name: next_action }),
  action_crash: (_, response) => json(response, 500, { error: 'ZeroDivisionError', request_body: {} }),
  action_garbage: (_, response) => void response.end('<html>It works!</html>'),
  action_huge: (_, response) => json(response, 200, { responses: [{ text: 'x'.repeat(10 * 1024 * 1024) }] }),
  action_never: () => undefined,
  action_remind: (call, response) =>
    doing([reminder('chase', 2, false)], [{ text: 'I will chase it.' }])(call, response),
  action_remind_unless_said: (call, response) =>
    doing([reminder('nudge', 2, true)], [{ text: 'I will ask again.' }])(call, response),
  action_forget: doing([{ event: 'cancel_reminder', timestamp: null }], [{ text: 'Forgotten.' }]),
  action_open_incident: doing([], [{ text: 'Opened by the project.' }]),
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url === '/calls') return json(response, 200, calls);
  if (request.url === '/health') return json(response, 200, { status: 'ok' });
  if (request.method !== 'POST' || request.url !== '/webhook') return json(response, 404, { error: 'no such route' });
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const isDeflated = request.headers['content-encoding'] === 'deflate';
  const call = JSON.parse((isDeflated ? inflateSync(body) : body).toString()) as Call;
  calls.push(call);
  const name = call.next_action ?? '';
  const act = ANSWERS[name];
  if (act) act(call, response);
  else json(response, 404, { error: `No registered action found for name '${name}'.`, action_name: name });
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => json(response, 500, { error: String(error) }));
});
server.listen(Number(process.argv[2]), '127.0.0.1');
