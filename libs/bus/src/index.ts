export * from './bus-server.js';
export * from './connect.js';
export * from './errors.js';
export * from './in-process/broker.js';
export * from './in-process/in-process-transport.js';
export * from './message-bus.js';
export * from './rabbitmq/rabbitmq-transport.js';
export * from './transport.js';
