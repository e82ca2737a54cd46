import { Transcript, type Outgoing, type PastTurn, type Payload } from './transcript.js';

/** What a person sends; the same id again is the same message. */
interface Sent {
  id: string;
  text: string;
}

type Arrival = { kind: 'message'; payload: Payload } | { kind: 'history'; turns: PastTurn[] };

/**
 * A conversation as the gateway's tracker has it, and a page that takes part in it over a line that can be cut. The line
 * keeps the order of what it carries; nothing arrives before a test lets it.
 */
export class ChatWorld {
  readonly tracker: Required<PastTurn>[] = [];
  /** What the person wrote on this page. */
  readonly own: Sent[] = [];
  transcript = new Transcript();
  isConnected = false;
  private readonly turnOf = new Map<string, number>();
  private toServer: (() => void)[] = [];
  private toPage: Arrival[] = [];
  private ids = 0;

  constructor(private readonly answersOf: (turn: number, text: string) => Payload[]) {}

  // What people do.

  /** A person writes on the page, which takes nothing while it is not connected. */
  say(text: string): void {
    if (!this.isConnected) return;
    const sent = { id: `m-${this.ids++}`, text };
    this.own.push(sent);
    this.await(sent, false);
    this.toServer.push(() => this.take(sent));
  }

  /** Another tab of the same browser says so to this one, and sends its message over a line of its own. */
  sayElsewhere(text: string): void {
    const sent = { id: `m-${this.ids++}`, text };
    this.await(sent, true);
    this.take(sent);
  }

  /** Somebody on another computer writes in the same conversation. */
  sayFarAway(text: string): void {
    this.take({ id: `m-${this.ids++}`, text });
  }

  /** The page's "try again" of one of the messages that have it. */
  sayAgain(which: number): void {
    const offered = this.transcript.outbox.filter(({ fate, isElsewhere }) => fate !== 'waiting' && !isElsewhere);
    const outgoing = offered[which % Math.max(1, offered.length)];
    if (!this.isConnected || !outgoing) return;
    outgoing.fate = 'waiting';
    this.toServer.push(() => this.take(outgoing));
  }

  /** The page waited too long for the answer to a message of its own. */
  loseHope(which: number): void {
    const waiting = this.transcript.waiting.filter(({ isElsewhere }) => !isElsewhere);
    const outgoing = waiting[which % Math.max(1, waiting.length)];
    if (outgoing) this.giveUp(outgoing, 'unanswered');
  }

  // What lines and servers do.

  connect(): void {
    if (this.isConnected) return;
    this.isConnected = true;
    this.ask();
  }

  /** Whatever is on its way is lost, in both directions. */
  cut(): void {
    this.isConnected = false;
    this.toServer = [];
    this.toPage = [];
    for (const outgoing of this.transcript.waiting) this.giveUp(outgoing, 'unsent');
  }

  reload(): void {
    this.cut();
    const kept = this.transcript.outbox.filter(({ isElsewhere }) => !isElsewhere);
    this.transcript = new Transcript(kept.map((outgoing) => ({ ...outgoing, fate: 'unsent' })));
  }

  /** A turn is delivered once more, as after a crash of the service that answered it. */
  repeat(which: number): void {
    const turn = this.tracker[which % Math.max(1, this.tracker.length)];
    if (turn) this.deliver(turn);
  }

  /** The server gets one thing from the page. */
  stepServer(): boolean {
    const next = this.toServer.shift();
    next?.();
    return next !== undefined;
  }

  /** The page gets one thing from the server. */
  stepPage(): boolean {
    const next = this.toPage.shift();
    if (next?.kind === 'message' && this.transcript.hear(next.payload)) this.ask();
    if (next?.kind === 'history') this.transcript.recall(next.turns);
    return next !== undefined;
  }

  /** Everything arrives. */
  settle(): void {
    this.connect();
    while (this.stepServer() || this.stepPage());
  }

  /** What the page shows of the turns, in its order. */
  get shown(): unknown[] {
    return this.transcript.inOrder.flatMap(({ number, userText, messages }) => [number, userText, ...messages]);
  }

  /** What was said, as the tracker has it. */
  get said(): unknown[] {
    return this.tracker.flatMap(({ turn, userText, messages }) => [turn, userText, ...messages]);
  }

  /** Whether the server has taken a message. */
  isTaken(id: string): boolean {
    return this.turnOf.has(id);
  }

  private await(sent: Sent, isElsewhere: boolean): void {
    const { transcript } = this;
    transcript.outbox.push({ ...sent, after: transcript.newest, fate: 'waiting', ...(isElsewhere && { isElsewhere }) });
  }

  private giveUp(outgoing: Outgoing, fate: Outgoing['fate']): void {
    outgoing.fate = fate;
    if (outgoing.isElsewhere) this.transcript.drop(outgoing);
  }

  private ask(): void {
    const after = this.transcript.settledThrough;
    this.toServer.push(() => {
      const turns = structuredClone(this.tracker.filter(({ turn }) => turn > after));
      this.toPage.push({ kind: 'history', turns });
    });
  }

  private take({ id, text }: Sent): void {
    const known = this.tracker.find(({ turn }) => turn === this.turnOf.get(id));
    if (known) return this.deliver(known);
    const turn = this.tracker.length + 1;
    const added = {
      turn,
      at: new Date(turn * 60_000).toISOString(),
      userText: text,
      messages: this.answersOf(turn, text),
    };
    this.tracker.push(added);
    this.turnOf.set(id, turn);
    this.deliver(added);
  }

  private deliver({ turn, messages }: PastTurn): void {
    if (!this.isConnected) return;
    for (const message of messages)
      this.toPage.push({ kind: 'message', payload: { ...structuredClone(message), turn } });
  }
}
