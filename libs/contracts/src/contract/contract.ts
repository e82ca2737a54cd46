import { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * What a message is for, which decides how the bus delivers it.
 * - `event`: a fact in the past tense. Every service that listens has its own durable queue, from which the replicas of
 * the service compete for messages. Publishing fails when no service has ever listened.
 * - `addressed`: a fact for the processes that have the conversation open now: the process named by the envelope's
 * `replykey` and every process that watches the conversation. It is delivered to these processes and not stored for
 * others.
 * - `command`: a request in the imperative to do something, with exactly one receiving service and an answer.
 * - `query`: a request for information, with exactly one receiving service and an answer. It changes nothing and is
 * never retried.
 */
export type ContractKind = 'event' | 'addressed' | 'command' | 'query';

/**
 * A message between processes: its name on the wire, its schema and, for commands and queries, the schema of its
 * answer.
 */
export interface Contract<Data extends TSchema = TSchema, Reply extends TSchema = TSchema> {
  /** `<subject>.<past tense>.v<major>` for facts, `<subject>.<verb>.v<major>` for commands and queries. */
  readonly type: string;
  readonly kind: ContractKind;
  /** One sentence for `docs/messages.md`. */
  readonly summary: string;
  readonly data: Data;
  readonly reply?: Reply;
  /** Validates `data`. Returns the problem as one line, or undefined when there is none. */
  problemWith(data: unknown): string | undefined;
  /** Validates the answer of a command or query in the same way. */
  problemWithReply(reply: unknown): string | undefined;
}

export type DataOf<C extends Contract> = Static<C['data']>;
export type ReplyOf<C extends Contract> = C extends Contract<TSchema, infer Reply> ? Static<Reply> : never;

interface Declaration<Data extends TSchema> {
  type: string;
  summary: string;
  data: Data;
}

/**
 * Declares a fact. With `delivery: 'addressed'` it goes to the processes that have the conversation open instead of to
 * the queues of services.
 */
export function defineEvent<Data extends TSchema>(
  declaration: Declaration<Data> & { delivery?: 'addressed' },
): Contract<Data> {
  return define({ ...declaration, kind: declaration.delivery ?? 'event' });
}

/** Declares a command or a query together with its answer. */
export function defineRequest<Data extends TSchema, Reply extends TSchema>(
  declaration: Declaration<Data> & { kind: 'command' | 'query'; reply: Reply },
): Contract<Data, Reply> {
  return define(declaration);
}

function define<Data extends TSchema, Reply extends TSchema>(
  declaration: Declaration<Data> & { kind: ContractKind; reply?: Reply },
): Contract<Data, Reply> {
  const { type, kind, summary, data, reply } = declaration;
  return {
    type,
    kind,
    summary,
    data,
    ...(reply && { reply }),
    problemWith: checker(data),
    problemWithReply: reply ? checker(reply) : () => 'this message has no answer',
  };
}

// Compiled on first use, so that a process compiles only the schemas of the messages that it sends or receives.
function checker(schema: TSchema): (value: unknown) => string | undefined {
  let validator: ReturnType<typeof Compile> | undefined;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return undefined;
    const [first] = validator.Errors(value);
    return first ? `${first.instancePath || '/'} ${first.message}` : 'does not match its schema';
  };
}
