import { InProcessTransport } from './in-process/in-process-transport.js';
import { type InProcessBroker } from './in-process/broker.js';
import { MessageBus, type BusEvent } from './message-bus.js';
import { RabbitMqTransport } from './rabbitmq/rabbitmq-transport.js';
import { defaultTuning, type BusTuning } from './transport/transport.js';

export interface BusOptions {
  service: string;
  /** `amqp://…` for RabbitMQ, or the in-process broker. */
  broker: string | InProcessBroker;
  tuning?: Partial<BusTuning>;
  report?: (event: BusEvent | { kind: 'connected' } | { kind: 'disconnected'; reason: string }) => void;
}

/** Creates the bus of one service. `open`, which Nest's transport strategy calls, connects it. */
export function createBus({ service, broker, tuning, report = () => undefined }: BusOptions): MessageBus {
  const tuned = { ...defaultTuning, ...tuning };
  const transport =
    typeof broker === 'string'
      ? new RabbitMqTransport(service, broker, tuned, (state, reason = '') =>
          report(state === 'connected' ? { kind: state } : { kind: state, reason }),
        )
      : new InProcessTransport(service, broker, tuned);
  return new MessageBus(service, transport, tuned, report);
}
