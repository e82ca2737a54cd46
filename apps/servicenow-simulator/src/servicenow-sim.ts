import { type FastifyInstance } from 'fastify';
import { defaultConfig, type SimConfig } from './environment/config.js';
import { controlPlane } from './control/control-plane.js';
import { JournalFile } from './control/journal-file.js';
import { SimControls } from './control/sim-controls.js';
import { Instance } from './instance/instance.js';
import { makeCertificate } from './transport/certificates.js';
import { InstanceServer } from './transport/instance-server.js';

export interface ServiceNowSimOptions {
  /** 0 chooses any free port. Default 0. */
  port?: number;
  /** Address to listen on; the control plane always listens on loopback. Default 127.0.0.1. */
  host?: string;
  /** Default 0. */
  controlPort?: number;
  /** Uses HTTPS, with a certificate of a newly created authority (`ca`). Default false. */
  https?: boolean;
  /** The same seed gives the same ids and random choices. Default `1`. */
  seed?: string | number;
  /** File that stores the records, so that a restart continues with them. */
  journalFile?: string;
  /** `running` (default) follows the machine's clock; `frozen` stands still until it is advanced. */
  clock?: 'running' | 'frozen';
  /** The instance's time at the start. Default: now; for a frozen clock 2026-11-23T08:00:00Z. */
  startTime?: Date;
  /** Differences from a plain instance. */
  config?: Partial<SimConfig>;
}

const FROZEN_START = Date.parse('2026-11-23T08:00:00Z');

/** A simulated ServiceNow instance on real sockets, controlled from the same process. */
export class ServiceNowSim extends SimControls {
  private control: FastifyInstance | undefined;
  private addresses = { url: '', controlUrl: '' };

  private constructor(
    instance: Instance,
    private readonly server: InstanceServer,
    file: JournalFile | undefined,
    /** PEM of the authority that clients of an HTTPS simulator must trust; empty for HTTP. */
    readonly ca: string,
  ) {
    super(instance, file);
  }

  /** Starts and listens. Rejects with EADDRINUSE (and the port) when an address is taken. */
  static async start(options: ServiceNowSimOptions = {}): Promise<ServiceNowSim> {
    const { port = 0, host = '127.0.0.1', controlPort = 0, https = false, seed = 1, journalFile } = options;
    const isFrozen = options.clock === 'frozen';
    const file = journalFile === undefined ? undefined : new JournalFile(journalFile);
    const history = file?.read();
    const instance = new Instance({
      config: { ...defaultConfig, ...options.config },
      seed: String(seed),
      start: options.startTime?.getTime() ?? (isFrozen ? FROZEN_START : Date.now()),
      isFrozen,
      ...(history && { history }),
      ...(file && { onChange: (change, now) => file.append(change, now) }),
    });
    const certificate = https ? await makeCertificate() : undefined;
    const sim = new ServiceNowSim(instance, new InstanceServer(instance, certificate), file, certificate?.ca ?? '');
    try {
      await sim.listen({ port, host, controlPort, https });
    } catch (error) {
      await sim.close();
      throw error;
    }
    return sim;
  }

  /** Address of the instance, as in `http://127.0.0.1:8080`. */
  get url(): string {
    return this.addresses.url;
  }

  /** Address of the control plane; its paths begin with `/__sim/`. */
  get controlUrl(): string {
    return this.addresses.controlUrl;
  }

  async close(): Promise<void> {
    this.instance.close();
    await Promise.all([this.server.close(), this.control?.close()]);
    await this.instance.webhooks.settled();
    this.file?.close();
  }

  private async listen({
    port,
    host,
    controlPort,
    https,
  }: Required<Pick<ServiceNowSimOptions, 'port' | 'host' | 'controlPort' | 'https'>>) {
    const taken = await this.server.listen(port, host);
    // An address for everybody is reached by its own machine as the loopback.
    const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    const name = reachable.includes(':') ? `[${reachable}]` : reachable;
    this.control = controlPlane(this);
    const controlUrl = await this.control.listen({ port: controlPort, host: '127.0.0.1' });
    this.addresses = { url: `${https ? 'https' : 'http'}://${name}:${taken}`, controlUrl };
  }
}
