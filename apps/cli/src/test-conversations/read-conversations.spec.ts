import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readAssistant } from '#assistant';
import { withAssistant } from '#testing';
import { readConversations } from './read-conversations.js';

const TALK = 'conversations:\n- conversation: talk\n  turns:\n  - user: hi\n    bot: Hello\n  - user: bye\n';

describe('Reading conversations', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conversations-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const write = async (name: string, content: string): Promise<string> => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  it('finds the files of a folder by their extension, but not in folders of other tools', async () => {
    await write('a.conversations.yml', TALK);
    await write('b.yml', TALK);
    for (const name of ['deep', 'node_modules', '.hidden']) {
      await mkdir(join(folder, name));
      await write(`${name}/c.conversations.yaml`, TALK.replace('talk', name));
    }
    const { conversations } = await readConversations(folder);
    expect(conversations.map(({ name }) => name)).toEqual(['talk', 'deep']);
    expect(conversations[0]).toMatchObject({ line: 2, turns: [{ user: 'hi', bot: 'Hello', line: 4 }, { line: 6 }] });
  });

  it('finds them in an assistant’s folder, and the assistant does not read them', () =>
    withAssistant({ 'tests/talk.conversations.yml': TALK }, async (assistant) => {
      expect((await readConversations(assistant)).conversations).toHaveLength(1);
      expect((await readAssistant(assistant)).findings).toEqual([]);
    }));

  it('reads a single file of any name, with its action server', async () => {
    const file = await write('any.yml', `action_server: {command: run it, env: {PORT: 1}}\n${TALK}`);
    expect(await readConversations(file)).toMatchObject({ actionServer: { command: 'run it', env: { PORT: 1 } } });
  });

  it.each([
    ['an unknown key', TALK.replace('bot:', 'bots:'), /:4 .*unknown key bots/],
    ['a turn without a message of the user', TALK.replace('user: bye', 'bot: Bye'), /:6 .*user/],
    ['a conversation without turns', 'conversations:\n- conversation: empty\n', /:2 .*turns/],
    ['a value of the wrong type', TALK.replace('bot: Hello', 'bot: {a: 1}'), /:5 conversations\.0\.turns\.0\.bot/],
    ['invalid YAML', `${TALK}\n  - user: "`, /not valid YAML/],
    ['an invalid expression', TALK.replace('bot: Hello', 'bot: /(/'), /:4 .*not a regular expression/],
    ['another file', 'intents: [greet]\n', /conversations/],
  ])('refuses %s and names the place', async (_what, content, complaint) => {
    const file = await write('x.conversations.yml', content);
    await expect(readConversations(file)).rejects.toThrow(complaint);
  });

  it('refuses a folder without conversations, a missing path, and two different action servers', async () => {
    await expect(readConversations(folder)).rejects.toThrow('no conversations');
    await expect(readConversations(join(folder, 'nowhere'))).rejects.toThrow('There is no file or folder');
    await write('a.conversations.yml', `action_server: {command: one}\n${TALK}`);
    await write('b.conversations.yml', `action_server: {command: two}\n${TALK}`);
    await expect(readConversations(folder)).rejects.toThrow('different action servers');
  });
});
