import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestProcess } from './child-process.js';
import { freePort } from './free-port.js';
import { findProgram, installPackage } from './installed-program.js';
import { waitUntil } from './wait-until.js';

/** RT, and packages that keep the installation from creating a database or installing a mail server. */
const PACKAGES = ['request-tracker5', 'rt5-db-sqlite', 'dbconfig-no-thanks', 'msmtp-mta'];

const QUEUE = 'IT Service Desk';
const OPERATION_FIELD = 'HelpdeskOperation';
const DESK = { user: 'dana', password: 'desk-of-dana' };

/** A Request Tracker that only this test run uses: SQLite in a temporary folder, a free port, no mail. */
export class RequestTracker {
  readonly queue = QUEUE;
  /** A queue that our account cannot see. */
  readonly hiddenQueue = 'General';
  readonly operationField = OPERATION_FIELD;
  /** Our account. It can also log in with `token`. */
  readonly account = { user: 'assistant', password: 'account-of-the-assistant' };
  readonly people = {
    ann: { name: 'ann', email: 'ann.archer@example.com' },
    bob: { name: "bob.o'neil@example.com", email: "bob.o'neil@example.com" },
    /** A person whose account is disabled. */
    gone: { name: 'gone', email: 'gone@example.com' },
  };
  readonly agent: DeskAgent;

  private constructor(
    readonly url: string,
    readonly token: string,
    private readonly server: TestProcess,
    private readonly directory: string,
  ) {
    this.agent = new DeskAgent(url);
  }

  /**
   * Starts a Request Tracker from Debian's packages. Installs the packages first if necessary.
   * @throws Error that names what to install by hand if they cannot be installed
   */
  static async start(): Promise<RequestTracker> {
    if (!program('rt-server')) installPackage(PACKAGES.join(' '), 'Request Tracker 5 on SQLite');
    const directory = await mkdtemp(join(tmpdir(), 'helpdesk-request-tracker-'));
    const port = await freePort();
    const env = {
      ...process.env,
      RT_SITE_CONFIG: join(directory, 'RT_SiteConfig.pm'),
      // The tests do not use the configuration of the package.
      RT_SITE_CONFIG_DIR: '/dev/null',
    };
    await Promise.all(['mason', 'sessions'].map((name) => mkdir(join(directory, name))));
    await writeFile(env.RT_SITE_CONFIG, siteConfig(directory, port));
    await writeFile(join(directory, 'data.pl'), initialData(directory));
    const run = (name: string, ...args: string[]) => new TestProcess(name, needed(name), args, { env, cwd: directory });

    for (const action of [
      ['--action', 'init', '--skip-create'],
      ['--action', 'insert', '--datafile', join(directory, 'data.pl')],
    ]) {
      const setup = run('rt-setup-database', ...action);
      if ((await setup.ended()) !== 0) throw new Error(`rt-setup-database failed:\n${setup.output}`);
    }
    const server = run('rt-server', '--server', 'Standalone', '--host', '127.0.0.1', '--port', String(port));
    const url = `http://127.0.0.1:${port}`;
    await waitUntil('Request Tracker is ready', async () => (await answers(url)) || !server.isRunning);
    if (!server.isRunning) throw new Error(`rt-server ended at once:\n${server.output}`);
    const token = await readFile(join(directory, 'token'), 'utf8');
    return new RequestTracker(url, token, server, directory);
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Dana, an agent of the desk who works in RT itself. All methods take ids of tickets. */
class DeskAgent {
  readonly name = DESK.user;

  constructor(private readonly url: string) {}

  /** Opens a ticket without the assistant and resolves with its id. */
  async open(queue: string, requestor: string, subject: string): Promise<string> {
    const { id } = (await this.send('POST', 'ticket', { Queue: queue, Requestor: requestor, Subject: subject })) as {
      id: string;
    };
    return id;
  }

  /** Writes what RT calls a correspondence, which the requestor may read. */
  async correspond(id: string, text: string, type: 'text/plain' | 'text/html' = 'text/plain'): Promise<void> {
    await this.send('POST', `ticket/${id}/correspond`, { Content: text, ContentType: type });
  }

  /** Writes what RT calls a comment, which only the desk may read. */
  async comment(id: string, text: string): Promise<void> {
    await this.send('POST', `ticket/${id}/comment`, { Content: text, ContentType: 'text/plain' });
  }

  /** Changes fields of a ticket, such as `{ Status: 'open', Owner: 'dana' }`. */
  async change(id: string, fields: Readonly<Record<string, string | readonly string[]>>): Promise<void> {
    await this.send('PUT', `ticket/${id}`, fields);
  }

  /** All unchanged texts on a ticket. */
  async messages(id: string): Promise<string[]> {
    return (await this.attachments(id)).filter(({ name }) => name === '').map(({ content }) => content.toString());
  }

  /** All files on a ticket, oldest first. */
  async files(id: string): Promise<{ name: string; content: Buffer }[]> {
    return (await this.attachments(id)).filter(({ name }) => name !== '');
  }

  private async attachments(id: string): Promise<{ name: string; content: Buffer }[]> {
    const { items } = (await this.send('GET', `ticket/${id}/attachments?per_page=100&orderby=id`)) as {
      items: { id: string }[];
    };
    const attachments: { Filename?: string | null; Content?: string | null }[] = [];
    for (const item of items) attachments.push((await this.send('GET', `attachment/${item.id}`)) as object);
    return attachments.map(({ Filename, Content }) => ({
      name: Filename ?? '',
      content: Buffer.from(Content ?? '', 'base64'),
    }));
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/REST/2.0/${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Basic ${Buffer.from(`${DESK.user}:${DESK.password}`).toString('base64')}`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Request Tracker refused what the desk did: ${response.status} ${text}`);
    return JSON.parse(text) as unknown;
  }
}

const program = (name: string) =>
  findProgram([name], ['/usr/share/request-tracker5/libexec', '/usr/sbin', '/opt/rt5/sbin']);

function needed(name: string): string {
  const found = program(name);
  if (!found) throw new Error(`Request Tracker is installed, but its program ${name} is not to be found.`);
  return found;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/REST/2.0/rt`)).status === 401;
  } catch {
    return false;
  }
}

/** The time zone is an odd one, so that nothing works by chance; hashing is cheap, because RT hashes at every request. */
const siteConfig = (directory: string, port: number): string => `
Set($rtname, 'helpdesk.test');
Set($Organization, 'helpdesk.test');
Set($Timezone, 'Asia/Kathmandu');
Set($WebDomain, '127.0.0.1');
Set($WebPort, ${port});
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '${directory}/rt.db');
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'error');
Set($MailCommand, 'testfile');
Set($MasonDataDir, '${directory}/mason');
Set($MasonSessionDir, '${directory}/sessions');
Set($BcryptCost, 4);
Set(%Lifecycles, desk => {
  initial => ['new'], active => ['open', 'stalled'], inactive => ['resolved', 'rejected', 'closed', 'deleted'],
  defaults => { on_create => 'new' },
  transitions => {
    '' => ['new'],
    new => ['open', 'stalled', 'resolved', 'rejected', 'deleted'],
    open => ['stalled', 'resolved', 'rejected', 'deleted'],
    stalled => ['open', 'resolved', 'rejected', 'deleted'],
    resolved => ['open', 'closed'],
    rejected => ['open'],
    closed => [],
    deleted => [],
  },
  rights => { '* -> *' => 'ModifyTicket' },
});
1;
`;

const initialData = (directory: string): string => `
our (@Queues, @Users, @CustomFields, @ACL, @Final);
push @Queues, { Name => '${QUEUE}', Lifecycle => 'desk' };
push @Users,
  { Name => 'ann', RealName => 'Ann Archer', EmailAddress => 'ann.archer@example.com' },
  { Name => q{bob.o'neil@example.com}, EmailAddress => q{bob.o'neil@example.com} },
  { Name => 'gone', EmailAddress => 'gone@example.com' },
  { Name => '${DESK.user}', RealName => 'Dana', EmailAddress => 'dana@example.com', Privileged => 1,
    Password => '${DESK.password}' },
  { Name => 'assistant', RealName => 'Helpdesk assistant', Privileged => 1, Password => 'account-of-the-assistant' };
push @CustomFields,
  { Name => '${OPERATION_FIELD}', Type => 'FreeformSingle', LookupType => 'RT::Queue-RT::Ticket', Queue => '${QUEUE}' };
push @ACL, map { { UserId => 'assistant', Queue => '${QUEUE}', Right => $_ } }
  qw(SeeQueue CreateTicket ShowTicket ReplyToTicket ModifyTicket SeeCustomField ModifyCustomField);
for my $queue ('${QUEUE}', 'General') {
  push @ACL, map { { UserId => '${DESK.user}', Queue => $queue, Right => $_ } }
    qw(SeeQueue CreateTicket ShowTicket ShowTicketComments ReplyToTicket CommentOnTicket ModifyTicket OwnTicket);
}
push @Final, sub {
  my $gone = RT::User->new(RT->SystemUser);
  $gone->Load('gone');
  $gone->SetDisabled(1);
  my $owner = RT::User->new(RT->SystemUser);
  $owner->Load('assistant');
  my ($id, $message, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $owner->id, Description => 'tests');
  die $message unless $id;
  open my $file, '>', '${directory}/token' or die $!;
  print $file $token;
  close $file;
};
1;
`;
