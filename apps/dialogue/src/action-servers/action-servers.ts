import { type ActionServer as ActionServerEndpoint } from '#assistant';
import { type Logger } from '#service';
import { type ActionRequests } from './action-request.js';
import { ActionServer } from './action-server.js';

/** The action servers of an assistant. */
export class ActionServers {
  private readonly servers: { prefixes: string[]; server: ActionServer }[];

  constructor(endpoints: readonly ActionServerEndpoint[], requests: ActionRequests, logger: Logger) {
    this.servers = endpoints.map((endpoint) => ({
      prefixes: endpoint.prefixes.length > 0 ? endpoint.prefixes : [''],
      server: new ActionServer(endpoint, requests, logger),
    }));
  }

  /** The server with the longest prefix of this name. A server without prefixes takes all other names. */
  serverOf(action: string): ActionServer | undefined {
    const fitting = this.servers.flatMap(({ prefixes, server }) =>
      prefixes.filter((prefix) => action.startsWith(prefix)).map((prefix) => ({ length: prefix.length, server })),
    );
    return fitting.toSorted((a, b) => b.length - a.length)[0]?.server;
  }

  /** The health of each server, joined with semicolons; undefined when there is no server. */
  get health(): string | undefined {
    return this.servers.length === 0 ? undefined : this.servers.map(({ server }) => server.health).join('; ');
  }
}
