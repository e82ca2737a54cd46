import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * The envelope of every message on the bus: the attributes of CloudEvents 1.0 and our extensions. The bus sets and
 * copies them.
 */
export const Envelope = Type.Object({
  specversion: Type.Literal('1.0'),
  /** Unique per publication; a redelivery keeps it. */
  id: Type.String({ minLength: 1, maxLength: 200 }),
  /** The publishing service, for example `gateway`. */
  source: Type.String(),
  type: Type.String(),
  /** The conversation id. */
  subject: Type.String({ minLength: 1, maxLength: 200 }),
  time: Type.String(),
  /** The id of the first message of this chain. */
  correlationid: Type.String(),
  /** The id of the message that caused this one; absent for the first. */
  causationid: Type.Optional(Type.String()),
  /** Names the process that waits for the turn's answer; copied along the chain. */
  replykey: Type.Optional(Type.String()),
  traceparent: Type.Optional(Type.String()),
  data: Type.Unknown(),
});

export type Envelope<Data = unknown> = Omit<Static<typeof Envelope>, 'data'> & { data: Data };

const validator = Compile(Envelope);

/** Whether a decoded message body is an envelope; its `data` is checked by the contract of its `type`. */
export const isEnvelope = (value: unknown): value is Envelope => validator.Check(value);
