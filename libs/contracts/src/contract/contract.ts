import { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * What a message is for, which decides how the bus delivers it.
 *
 * - `event`: a fact in the past tense. Every service that listens has a durable queue of its own; the replicas of a
 *   service compete for it. Publishing fails when nobody has ever listened.
 * - `addressed`: a fact for whoever holds the conversation right now: the process named by the envelope's `replykey`
 *   and every process that watches the conversation. It is delivered to those processes and kept for nobody else.
 * - `command`: an order in the imperative with exactly one receiving service and an answer.
 * - `query`: a question with exactly one receiving service and an answer; it changes nothing and is never retried.
 */
export type ContractKind = 'event' | 'addressed' | 'command' | 'query';

/** One message that crosses a process: its name on the wire, its schema and, for commands and queries, its answer's. */
export interface Contract<Data extends TSchema = TSchema, Reply extends TSchema = TSchema> {
  /** `<subject>.<past tense>.v<major>` for facts, `<subject>.<verb>.v<major>` for commands and queries. */
  readonly type: string;
  readonly kind: ContractKind;
  /** One sentence for `docs/messages.md`. */
  readonly summary: string;
  readonly data: Data;
  readonly reply?: Reply;
  /** Returns what is wrong with `data` as one line, or `undefined` when it conforms. */
  problemWith(data: unknown): string | undefined;
  /** The same for the answer of a command or query. */
  problemWithReply(reply: unknown): string | undefined;
}

export type DataOf<C extends Contract> = Static<C['data']>;
export type ReplyOf<C extends Contract> = C extends Contract<TSchema, infer Reply> ? Static<Reply> : never;

interface Declaration<Data extends TSchema> {
  type: string;
  summary: string;
  data: Data;
}

/** Declares a fact. `delivery: 'addressed'` sends it to the holders of the conversation instead of a service's queue. */
export function defineEvent<Data extends TSchema>(
  declaration: Declaration<Data> & { delivery?: 'addressed' },
): Contract<Data> {
  return define({ ...declaration, kind: declaration.delivery ?? 'event' });
}

/** Declares an order or a question together with its answer. */
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

// Compiled on first use: a process compiles only what it sends or takes.
function checker(schema: TSchema): (value: unknown) => string | undefined {
  let validator: ReturnType<typeof Compile> | undefined;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return undefined;
    const [first] = validator.Errors(value);
    return first ? `${first.instancePath || '/'} ${first.message}` : 'does not match its schema';
  };
}
