import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { execFileSync } from 'node:child_process';
import { CuttableLine, freshDatabase, ServiceProcess, type ServiceName } from '#testing';

const root = resolve(import.meta.dirname, '../../..');
const NAMES: ServiceName[] = ['gateway', 'nlu', 'dialogue', 'incident', 'handoff'];

export interface RestMessage {
  recipient_id: string;
  text?: string;
  buttons?: { title: string; payload: string }[];
  custom?: Record<string, unknown>;
}

/** The five services as separate processes, connected to a real broker and a real database by lines that tests can cut. */
export class Stack {
  private constructor(
    readonly services: Record<ServiceName, ServiceProcess>,
    readonly broker: CuttableLine,
    readonly database: CuttableLine,
    private readonly env: Record<string, string>,
    private readonly dropDatabase: () => Promise<void>,
    private readonly extra: ServiceProcess[] = [],
  ) {}

  /** Starts all services in local mode and waits until they are ready. Every service gets the variables in `env`. */
  static async start(env: Record<string, string> = {}): Promise<Stack> {
    const stack = await Stack.launch(env);
    await stack.ready();
    return stack;
  }

  /** Starts all services without waiting. With `isCut`, both lines are cut from the start. */
  static async launch(env: Record<string, string> = {}, isCut = false): Promise<Stack> {
    ensureModel();
    const { url, drop } = await freshDatabase(needed('DATABASE_URL'));
    const [broker, database] = [await CuttableLine.to(needed('AMQP_URL')), await CuttableLine.to(url)];
    if (isCut) for (const line of [broker, database]) line.cut();
    const all = {
      AMQP_URL: broker.url,
      DATABASE_URL: database.url,
      BUS_NAMESPACE: `test-${randomUUID().slice(0, 8)}`,
      INCIDENT_BACKEND: 'local-mode',
      ...env,
    };
    const started = await Promise.all(NAMES.map((name) => ServiceProcess.start(name, root, all)));
    const services = Object.fromEntries(started.map((service) => [service.name, service]));
    return new Stack(services as Record<ServiceName, ServiceProcess>, broker, database, all, drop);
  }

  get url(): string {
    return this.services.gateway.url;
  }

  async ready(): Promise<void> {
    await Promise.all(Object.values(this.services).map((service) => service.ready()));
  }

  /** Starts another replica of a service. */
  async addReplica(name: ServiceName): Promise<ServiceProcess> {
    const replica = await ServiceProcess.start(name, root, this.env);
    this.extra.push(replica);
    await replica.ready();
    return replica;
  }

  /** Sends a message on the REST channel and returns the whole response. */
  post(sender: string, message: string, more: Record<string, unknown> = {}): Promise<Response> {
    return fetch(`${this.url}/webhooks/rest/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sender, message, ...more }),
    });
  }

  /** Sends a message and returns the answers. Throws unless the status is 200. */
  async say(sender: string, message: string, more: Record<string, unknown> = {}): Promise<RestMessage[]> {
    const response = await this.post(sender, message, more);
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as RestMessage[];
  }

  /** Sends messages one after another and returns the last answer as one text. */
  async converse(sender: string, messages: string[]): Promise<string> {
    let answer: RestMessage[] = [];
    for (const message of messages) answer = await this.say(sender, message);
    return textOf(answer);
  }

  async stop(): Promise<void> {
    for (const line of [this.broker, this.database]) line.mend();
    await Promise.all([...this.extra, ...Object.values(this.services)].map((service) => service.stop()));
    await Promise.all([this.broker.close(), this.database.close()]);
    await this.dropDatabase();
  }
}

export const textOf = (messages: RestMessage[]): string => messages.map(({ text }) => text ?? '').join('\n');

function needed(variable: string): string {
  const value = process.env[variable];
  if (!value)
    throw new Error(`${variable} is not set: run this suite with \`npm test\`, which finds or starts servers.`);
  return value;
}

/** Trains the model if the examples or the format have changed. */
function ensureModel(): void {
  execFileSync(process.execPath, ['dist/apps/cli/src/main.js', 'train'], { cwd: root, stdio: 'pipe' });
}
