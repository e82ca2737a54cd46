import { fastify, type FastifyInstance } from 'fastify';
import { ApiError } from '../exchange/api-error.js';
import { type SimConfig } from '../environment/config.js';
import { type Row } from '../data/schema.js';
import { type FaultRequest, UnknownFault } from '../instance/fault-plan.js';
import { type SimControls } from './sim-controls.js';

type AgentBody = Record<string, string | undefined> & { incident: string };

/** The HTTP API with which tests and demonstrations control a simulator in another process. JSON in both directions. */
export function controlPlane(sim: SimControls): FastifyInstance {
  const app = fastify({ bodyLimit: 64 * 1024 * 1024 });
  const done = { ok: true };
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const isRefusal = error instanceof ApiError || error instanceof UnknownFault;
    const problem = error instanceof ApiError && error.detail ? error.detail : error.message;
    return reply.code(isRefusal ? 400 : (error.statusCode ?? 400)).send({ error: problem });
  });

  app.post('/__sim/reset', () => (sim.reset(), done));
  app.post('/__sim/wake', () => (sim.wake(), done));
  app.post<{ Body: { table: string; rows: Row[] } }>('/__sim/seed', ({ body }) => sim.plant(body.table, body.rows));
  app.get('/__sim/snapshot', () => sim.snapshot());
  app.get<{ Params: { table: string } }>('/__sim/records/:table', ({ params }) => sim.records(params.table));

  app.get('/__sim/clock', () => ({ now: sim.now().toISOString() }));
  app.post<{ Body: { advance?: number; now?: string } }>('/__sim/clock', ({ body }) => {
    if (body.now !== undefined) sim.advance(Date.parse(body.now) - sim.now().getTime());
    if (body.advance !== undefined) sim.advance(body.advance);
    return { now: sim.now().toISOString() };
  });

  app.get('/__sim/faults', () => sim.faults());
  app.post<{ Body: FaultRequest }>('/__sim/faults', ({ body }) => (sim.fault(body), done));
  app.delete('/__sim/faults', () => (sim.clearFaults(), done));

  app.get('/__sim/config', () => sim.config());
  app.put<{ Body: Partial<SimConfig> }>('/__sim/config', ({ body }) => sim.config(body));

  app.get('/__sim/journal', () => sim.journal());
  app.delete('/__sim/journal', () => (sim.clearJournal(), done));
  app.get('/__sim/webhooks', () => sim.journal().webhooks);
  app.put<{ Body: { url: string; secret: string; query?: string } | null }>('/__sim/webhooks', ({ body }) =>
    sim.config({ webhook: body ?? undefined }),
  );

  app.post<{ Params: { action: string }; Body: AgentBody }>('/__sim/agent/:action', ({ params, body }) => {
    const { agent } = sim;
    const { incident, text = '', ...more } = body;
    if (typeof incident !== 'string') throw new Error('Say which incident: {"incident": "INC0010008", …}.');
    const options = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
    const actions: Record<string, () => Row> = {
      assign: () => agent.assign(incident, options),
      comment: () => agent.comment(incident, text, options),
      'work-note': () => agent.workNote(incident, text),
      hold: () => agent.hold(incident, options),
      resolve: () => agent.resolve(incident, options),
      close: () => agent.close(incident, options),
      cancel: () => agent.cancel(incident),
    };
    const action = actions[params.action];
    if (!action) throw new Error(`There is no action ${params.action}. There are: ${Object.keys(actions).join(', ')}.`);
    return action();
  });
  return app;
}
