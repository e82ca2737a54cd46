/** A small action server: `node actions/server.js` listens on port 5055, or on PORT. */
import console from 'node:console';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import process from 'node:process';
import { actions, runAction } from './actions.js';

async function answerTo(request) {
  const route = `${request.method} ${request.url}`;
  if (route === 'GET /health') return [200, { status: 'ok' }];
  if (route === 'GET /actions') return [200, Object.keys(actions).map((name) => ({ name }))];
  if (route !== 'POST /webhook') return [404, { error: 'There is nothing here.' }];
  const call = await json(request);
  const result = runAction(call);
  if (result) return [200, result];
  return [404, { error: `There is no action ${call.next_action}.`, action_name: call.next_action }];
}

const server = createServer((request, response) => {
  void answerTo(request)
    .catch((error) => [500, { error: error.message }])
    .then(([status, body]) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
});

const port = Number(process.env.PORT ?? 5055);
server.listen(port, () => console.log(`The actions of office services are at http://localhost:${server.address().port}/webhook`));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => server.close(() => process.exit(0)).closeAllConnections());
