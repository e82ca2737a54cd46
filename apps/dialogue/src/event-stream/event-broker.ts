import { appendFile } from 'node:fs/promises';
import { type Endpoints } from '#assistant';
import { FanoutExchange } from '#bus';
import { Type, type Static } from 'typebox';
import { Check, Convert, Default, Errors } from 'typebox/value';
import { type Logger } from '#service';

/** The destination of the events of conversations. */
export interface EventBroker {
  /** Starts to connect, and repeats that until it succeeds. */
  open(): void;
  /** The reason why nothing can be sent now; undefined when the broker is ready. */
  problem(): string | undefined;
  /** Resolves when the broker has stored the event. `id` is the same for the same event. */
  publish(event: string, id: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Rasa's settings of the broker `pika`, with their defaults. Settings of pika's own connection handling have no effect.
 */
const PikaSettings = Type.Object({
  url: Type.String(),
  port: Type.Integer({ default: 5672 }),
  username: Type.Optional(Type.String()),
  password: Type.Optional(Type.String()),
  exchange_name: Type.String({ default: 'rasa-exchange' }),
  queues: Type.Array(Type.String(), { default: ['rasa_core_events'] }),
});

/** Rasa's settings of the broker `file`. */
const FileSettings = Type.Object({ path: Type.String({ default: 'rasa_event.log' }) });

/**
 * The broker that `event_broker` in `endpoints.yml` describes.
 * @param environment its `RASA_ENVIRONMENT` becomes the `app_id` of the messages
 * @throws Error for a type that is not supported, or settings that do not fit
 */
export function eventBrokerFor(
  { type, settings }: NonNullable<Endpoints['eventBroker']>,
  environment: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): EventBroker {
  switch (type) {
    case 'pika':
      return pika(checked(PikaSettings, settings), environment['RASA_ENVIRONMENT'], logger);
    case 'file':
      return file(checked(FileSettings, settings));
    default:
      throw new Error(`The event_broker of type ${type} is not supported; use pika (RabbitMQ) or file.`);
  }
}

function pika(
  { exchange_name, queues, ...server }: Static<typeof PikaSettings>,
  appId: string | undefined,
  logger: Logger,
) {
  const exchange = new FanoutExchange({
    url: amqpUrl(server),
    name: 'dialogue events',
    exchange: exchange_name,
    queues,
    ...(appId && { appId }),
    report: (state, reason) =>
      state === 'connected'
        ? logger.info('event broker connected')
        : logger.warn({ reason }, 'event broker unavailable'),
  });
  return {
    open: () => exchange.open(),
    problem: () => exchange.problem(),
    publish: (event: string, id: string) => exchange.publish(Buffer.from(event), id),
    close: () => exchange.close(),
  };
}

/** The address of the broker. `url` is a host name or a complete address; a separate user setting takes precedence. */
export function amqpUrl({
  url,
  port,
  username,
  password,
}: Pick<Static<typeof PikaSettings>, 'url' | 'port' | 'username' | 'password'>) {
  const whole = /^amqps?:\/\//.test(url) ? url : `amqp://${url}`;
  if (!URL.canParse(whole))
    throw new Error('event_broker in endpoints.yml is not valid: its url is neither a host name nor an address.');
  const address = new URL(whole);
  if (!address.port) address.port = String(port);
  if (username !== undefined) address.username = encodeURIComponent(username);
  if (password !== undefined) address.password = encodeURIComponent(password);
  return address.href;
}

function file({ path }: Static<typeof FileSettings>): EventBroker {
  return {
    open: () => undefined,
    problem: () => undefined,
    publish: (event) => appendFile(path, `${event}\n`),
    close: () => Promise.resolve(),
  };
}

function checked<Settings extends typeof PikaSettings | typeof FileSettings>(
  schema: Settings,
  written: Record<string, unknown>,
): Static<Settings> {
  const settings = Convert(schema, Default(schema, { ...written }));
  if (Check(schema, settings)) return settings;
  const [first] = Errors(schema, settings);
  throw new Error(
    `event_broker in endpoints.yml is not valid: ${first?.instancePath.slice(1) ?? ''} ${first?.message}`,
  );
}
