import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { waitUntil } from '#testing';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/** A local mail server that stores the mails it receives. */
export class Mailbox {
  readonly mails: Mail[] = [];

  private constructor(private readonly server: SMTPServer) {}

  static async open(): Promise<Mailbox> {
    const server: SMTPServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        void simpleParser(stream).then(({ subject = '', text = '' }) => {
          const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
          mailbox.mails.push({ to, subject, text });
          done();
        }, done);
      },
    });
    const mailbox = new Mailbox(server);
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return mailbox;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  /** Resolves with the code in the next mail to this address, and removes that mail. */
  async codeFor(address: string): Promise<string> {
    const index = await waitUntil(`a mail to ${address} arrives`, () => {
      const found = this.mails.findIndex(({ to }) => to === address);
      return found >= 0 && found + 1;
    });
    const [mail] = this.mails.splice(index - 1, 1);
    return /\b\d{6}\b/.exec(mail?.text ?? '')?.[0] ?? '';
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
