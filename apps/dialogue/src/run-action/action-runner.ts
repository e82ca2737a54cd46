import { type Domain } from '#assistant';
import { type ActionResult } from '#dialogue-engine';
import { type ActionServers } from '../call-action-server/action-servers.js';
import { type ActionContext } from './action.js';
import { type ActionRegistry } from './action-registry.js';

/** An action did not end in time. What it still does is not waited for, and its result is dropped. */
export class ActionTimeout extends Error {
  override readonly name = 'ActionTimeout';
}

/** Runs custom actions: our own classes first, else the action server that takes the name; each within a time limit. */
export class ActionRunner {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly servers: ActionServers,
    private readonly timeoutMs: number,
  ) {}

  /** @throws Error naming the actions that the domain lists, and that no class and no action server would run. */
  refuseMissing(domain: Domain): void {
    const missing = domain.actions.filter(
      (name) => !Object.hasOwn(domain.responses, name) && !this.registry.find(name) && !this.servers.serverOf(name),
    );
    if (missing.length === 0) return;
    throw new Error(
      `The domain lists actions that nobody implements: ${missing.join(', ')}. ` +
        'Write a class with @Action, or name an action_endpoint in endpoints.yml.',
    );
  }

  /** @throws ActionRejected when the action declines, ActionTimeout after the limit, anything else when it fails. */
  async run(context: Omit<ActionContext, 'signal'>): Promise<ActionResult> {
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ActionTimeout(`${context.name} did not end within ${this.timeoutMs} ms.`));
        limit.abort();
      }, this.timeoutMs);
    });
    try {
      return await Promise.race([this.start({ ...context, signal: limit.signal }), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async start(context: ActionContext): Promise<ActionResult> {
    const action = this.registry.find(context.name);
    if (action) return action.run(context);
    const server = this.servers.serverOf(context.name);
    if (!server) throw new Error(`There is no action ${context.name}.`);
    return server.run(context);
  }
}
