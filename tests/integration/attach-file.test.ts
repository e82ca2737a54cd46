/** The path of a file from a conversation through all services to an incident at the local desk. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { identityToken } from './support/helpdesk.js';
import { Stack, textOf, type RestMessage } from './support/stack.js';

const SECRET = 'a secret that the portal shares with the helpdesk';
const ADDRESS = 'anna.berg@example.com';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start({ INCIDENT_BACKEND: 'local-desk', IDENTITY_SECRET: SECRET });
});
afterAll(() => stack.stop());

/** A conversation id that nobody can guess. Whoever opens an incident in such a conversation may change it there. */
const newConversation = (): string => randomUUID().replaceAll('-', '');

/** Answers the question for the address, or confirms the address that the assistant offers. */
async function sayWho(conversation: string, answer: RestMessage[]): Promise<RestMessage[]> {
  const isOffered = textOf(answer).includes('the address you gave');
  return stack.say(conversation, isOffered ? '/affirm' : ADDRESS);
}

async function openIncident(conversation: string, title: string): Promise<string> {
  await sayWho(conversation, await stack.say(conversation, 'open an incident'));
  const details = ['/inform{"priority":"low"}', `${title}.`, title, '/affirm'];
  const answer = await stack.converse(conversation, details);
  const [number] = /INC\d+/.exec(answer) ?? [];
  if (!number) throw new Error(`No incident was opened: ${answer}`);
  return number;
}

const upload = (conversation: string, content: Buffer, name = 'shot.png', type = 'image/png'): Promise<Response> =>
  fetch(`${stack.url}/webhooks/files/${conversation}`, {
    method: 'POST',
    body: content,
    headers: { 'content-type': type, 'x-file-name': encodeURIComponent(name) },
  });

async function idOf(response: Response): Promise<string> {
  expect(response.status).toBe(201);
  return ((await response.json()) as { file_id: string }).file_id;
}

const fileSent = (fileId: string): string => `/file_sent${JSON.stringify({ file_id: fileId })}`;

interface DeskIncident {
  caller: string;
  files: { id: number; name: string; type: string }[];
}
const deskUrl = (number: string): string => `${stack.services.incident.url}/desk/incidents/${number}`;
const atDesk = async (number: string): Promise<DeskIncident> =>
  (await (await fetch(deskUrl(number))).json()) as DeskIncident;

describe('A file sent in a conversation', () => {
  it('is attached unchanged to the incident that the person chooses', async () => {
    const conversation = newConversation();
    const [printer, scanner] = [
      await openIncident(conversation, 'Printer eats paper'),
      await openIncident(conversation, 'Mouse squeaks loudly'),
    ];
    const content = randomBytes(4_900_000);
    const file = await idOf(await upload(conversation, content, 'Bild schirm ü.png'));
    const choice = await sayWho(conversation, await stack.say(conversation, fileSent(file)));
    expect(choice.flatMap(({ buttons = [] }) => buttons.map(({ title }) => title.split(' ')[0]))).toEqual(
      expect.arrayContaining([printer, scanner]),
    );
    const done = await stack.say(conversation, `/inform${JSON.stringify({ incident_number: printer })}`);
    expect(textOf(done)).toContain(`attached to ${printer}`);
    const { files } = await atDesk(printer);
    expect(files).toMatchObject([{ name: 'Bild schirm ü.png', type: 'image/png' }]);
    const stored = await fetch(`${deskUrl(printer)}/files/${files[0]?.id}`);
    expect(content.equals(Buffer.from(await stored.arrayBuffer()))).toBe(true);
    expect((await atDesk(scanner)).files).toEqual([]);
  });

  it('cannot be attached from another conversation', async () => {
    const [ours, theirs] = [newConversation(), newConversation()];
    const number = await openIncident(theirs, 'Keyboard is sticky');
    const file = await idOf(await upload(ours, Buffer.from('ours')));
    const answer = await sayWho(theirs, await stack.say(theirs, fileSent(file)));
    expect(textOf(answer)).not.toContain('is attached');
    expect((await atDesk(number)).files).toEqual([]);
  });

  it.each([
    ['is too large', Buffer.alloc(5_000_001), 'large.png', 'image/png', 413],
    ['is a program', Buffer.from('MZ'), 'setup.exe', 'application/x-msdownload', 415],
    ['is empty', Buffer.alloc(0), 'empty.png', 'image/png', 422],
  ])('is rejected if it %s', async (_, content, name, type, status) => {
    const response = await upload(newConversation(), content, name, type);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, detail: expect.stringMatching(/Send|Choose/) });
  });

  it('is rejected with a time to retry while the broker is down', async () => {
    stack.broker.cut();
    const response = await upload(newConversation(), Buffer.from('x'));
    stack.broker.mend();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60']);
    await stack.ready();
  });
});

it('A person whose address the channel asserts is not asked for an address', async () => {
  const conversation = newConversation();
  const asserted = { identity_token: await identityToken(SECRET, 'ben@example.com') };
  expect(textOf(await stack.say(conversation, 'open an incident', asserted))).toMatch(/urgent/);
});
