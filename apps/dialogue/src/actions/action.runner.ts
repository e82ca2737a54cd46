import { type Domain } from '#assistant';
import { type ActionResult } from '#dialogue-engine';
import { ActionNotFound } from '../action-servers/action-server.js';
import { type ActionServers } from '../action-servers/action-servers.js';
import { type ActionContext } from './action.js';
import { type ActionRegistry } from './action.registry.js';

/** An action did not end within the time limit. Nobody waits for it any longer, and its result is dropped. */
export class ActionTimeout extends Error {
  override readonly name = 'ActionTimeout';
}

/**
 * Runs custom actions, each within a time limit. The action server that takes the name comes first, so a class of this
 * service never replaces a project's own action of the same name. The class runs when no server takes the name, or when
 * the server answers that it has no such action.
 */
export class ActionRunner {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly servers: ActionServers,
    private readonly timeoutMs: number,
  ) {}

  /**
   * @throws Error naming the actions that the domain lists and that neither a class nor an action server implements.
   */
  refuseMissing(domain: Domain): void {
    const missing = domain.actions.filter(
      (name) => !Object.hasOwn(domain.responses, name) && !this.registry.find(name) && !this.servers.serverOf(name),
    );
    if (missing.length === 0) return;
    throw new Error(
      `The domain lists actions that nobody implements: ${missing.join(', ')}. ` +
        'In endpoints.yml, name the action_endpoint that runs them, ' +
        'or set "bundled_actions: true" to use the actions that ship with Helpdesk Assistant.',
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
    const server = this.servers.serverOf(context.name);
    if (!server) {
      if (!action) throw new Error(`There is no action ${context.name}.`);
      return action.run(context);
    }
    try {
      return await server.run(context);
    } catch (error) {
      if (action && error instanceof ActionNotFound) return action.run(context);
      throw error;
    }
  }
}
