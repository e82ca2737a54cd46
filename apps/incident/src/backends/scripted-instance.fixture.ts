import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

export interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Behaviour = (response: ServerResponse, request: Heard) => void;

/** A server that answers with scripted behaviours, one per request. The last one repeats. */
export class ScriptedInstance {
  heard: Heard[] = [];
  private script: Behaviour[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedInstance> {
    const server = createServer();
    const instance = new ScriptedInstance(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const heard = { method, url, headers, body: Buffer.concat(chunks).toString() };
        instance.heard.push(heard);
        const behave = instance.script.length > 1 ? instance.script.shift() : instance.script[0];
        behave?.(response, heard);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return instance;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(...script: Behaviour[]): void {
    this.heard = [];
    this.script = script;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response
      .writeHead(status, { 'Content-Type': 'application/json;charset=UTF-8', ...headers })
      .end(JSON.stringify(body));

export const page =
  (status: number, html: string, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'text/html', ...headers }).end(html);

export const failure = (status: number, message: string, detail: string | null = null, headers = {}): Behaviour =>
  json(status, { error: { message, detail }, status: 'failure' }, headers);
