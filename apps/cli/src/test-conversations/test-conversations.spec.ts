import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '#service';
import { TestProcess } from '#testing';
import { withAssistant } from '#testing';

/** The services run as compiled code only, so the build runs before the tests. */
const HELPDESK = join(projectRoot, 'dist/apps/cli/src/main.js');

let results: string;
beforeAll(async () => {
  expect(existsSync(HELPDESK)).toBe(true);
  results = await mkdtemp(join(tmpdir(), 'conversations-'));
});
afterAll(() => rm(results, { recursive: true }));

async function test(assistant: string): Promise<{ code: number | null; output: string; junit: string }> {
  const junit = join(results, 'junit.xml');
  await writeFile(junit, '');
  const options = ['--assistant', assistant, '--junit', junit];
  const run = new TestProcess('test', process.execPath, [HELPDESK, 'test', 'conversations', ...options]);
  const code = await run.ended();
  return { code, output: run.output, junit: await readFile(junit, 'utf8') };
}

/** A minimal action server that answers with the name of the action. */
const SERVER = `
import { createServer } from 'node:http';
createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const text = body ? 'I ran ' + JSON.parse(body).next_action : 'ok';
    response.end(JSON.stringify({ events: [{ event: 'slot', name: 'note', value: text }], responses: [{ text }] }));
  });
}).listen(Number(process.env.PORT));
`;

const FILES = {
  'domain.yml': `intents: [greet, bye]
slots:
  note: {type: text, influence_conversation: false, mappings: [{type: custom}]}
actions: [action_wave]
responses:
  utter_greet: [{text: Hello}]
`,
  'data/rules.yml': `rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: bye
  steps: [{intent: bye}, {action: action_wave}]
`,
  'endpoints.yml': 'action_endpoint:\n  url: ${WAVE_URL:-http://127.0.0.1:9/webhook}\n',
  'server.mjs': SERVER,
  'talk.conversations.yml': `action_server:
  command: node server.mjs
  env: {PORT: "{port}", WAVE_URL: "http://127.0.0.1:{port}/webhook"}
conversations:
- conversation: greeting and leaving
  turns:
  - user: hello
    bot: utter_greet
    slots: {note: null}
  - user: goodbye
    bot: I ran action_wave
    slots: {note: I ran action_wave}
    actions: [action_wave]
- conversation: wrong on purpose
  turns:
  - user: /greet
    bot: Good evening
`,
};

describe('helpdesk test conversations', () => {
  it('runs conversations with all services and their action server, shows the failures and exits with 1', () =>
    withAssistant(FILES, async (assistant) => {
      const { code, output, junit } = await test(assistant);
      expect(output).toContain('✓ greeting and leaving');
      expect(output).toMatch(/- Good evening\n\s+\+ Hello\n\s+because\n\s+understood greet/);
      expect(output).toContain('utter_greet, says RulePolicy (1.00): greet');
      expect(output).toContain('1 of 2 conversations right');
      expect(junit).toContain('failures="1"');
      expect(code).toBe(1);
    }));

  it.each(['helpdesk', 'office-services'])('passes for the assistant %s', async (name) => {
    const { code, output } = await test(join(projectRoot, 'assistants', name));
    expect(output).not.toContain('✗');
    expect(code).toBe(0);
  });
});
