import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of a server. A test can cut the connection, as if somebody had pulled the plug, and mend it. */
export class CuttableLine {
  private readonly sockets = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    /** The URL of the server through the proxy. */
    readonly url: string,
  ) {}

  static async to(target: string): Promise<CuttableLine> {
    const { hostname, port } = new URL(target);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const through = new URL(target);
    through.hostname = '127.0.0.1';
    through.port = String((server.address() as AddressInfo).port);
    const line = new CuttableLine(server, through.href.replace(/\/$/, ''));
    server.on('connection', (socket) => line.join(socket, Number(port), hostname));
    return line;
  }

  /** Breaks every connection and refuses new ones. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket, port: number, host: string): void {
    if (this.isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    far.setNoDelay(true);
    near.setNoDelay(true);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.pipe(other);
      one.on('error', () => undefined);
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
