import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { type MessageBus } from './message-bus.js';

/**
 * Connects Nest's message handlers to the bus: a method with `@EventPattern('message.received.v1')` or
 * `@MessagePattern('incident.open.v1')` receives the message's data as `@Payload()` and its envelope as `@Ctx()`. Pipes,
 * guards and interceptors work as usual in Nest. The bus receives the handler's errors unchanged.
 */
export class BusServer extends Server implements CustomTransportStrategy {
  constructor(private readonly bus: MessageBus) {
    super();
  }

  listen(callback: () => void): void {
    for (const [type, handler] of this.messageHandlers) {
      if (handler.next) throw new Error(`${this.bus.service} has two handlers for ${type}; it must have one.`);
      this.bus.handle(type, async (data, envelope) => {
        const result = this.transformToObservable(await handler(data, envelope));
        return lastValueFrom(result, { defaultValue: undefined });
      });
    }
    this.bus.open();
    callback();
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  // The bus logs its own events; Nest's listener interface has nothing to add.
  on(): void {}

  unwrap<T>(): T {
    return this.bus as T;
  }
}
