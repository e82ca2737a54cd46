import { describe, expect, it } from '@jest/globals';
import { readEndpoints } from './read-endpoints.js';
import { warningsWith, withFolder } from './written-assistant.fixture.js';

const endpointsOf = (endpoints: string, environment: Record<string, string> = {}) =>
  withFolder({ 'endpoints.yml': endpoints }, (folder) => readEndpoints(folder, environment));

describe('readEndpoints', () => {
  it('returns the action server with all options of its calls', async () => {
    const { endpoints, findings } = await endpointsOf(
      `action_endpoint:
  url: \${ACTION_URL}
  token: secret
  headers: {X-Team: desk, X-Number: 7}
  params: {lang: en}
  basic_auth: {username: u, password: p}
  enable_selective_domain: true
`,
      { ACTION_URL: 'http://actions:5055/webhook' },
    );
    expect(findings).toEqual([]);
    expect(endpoints).toEqual({
      actionServers: [
        {
          url: 'http://actions:5055/webhook',
          token: 'secret',
          tokenName: 'token',
          headers: { 'X-Team': 'desk', 'X-Number': '7' },
          params: { lang: 'en' },
          basicAuth: { username: 'u', password: 'p' },
          prefixes: [],
          isDomainSelective: true,
        },
      ],
      usesBundledActions: false,
    });
  });

  it('returns whether the assistant uses the bundled actions', async () => {
    expect((await endpointsOf('bundled_actions: true\n')).endpoints.usesBundledActions).toBe(true);
    await expect(endpointsOf('bundled_actions: perhaps\n')).rejects.toThrow(/bundled_actions/);
  });

  it('returns several action servers, with the one for all other actions last', async () => {
    const { endpoints } = await endpointsOf(`action_endpoint: {url: "http://a/webhook"}
action_servers:
- {prefix: [action_room_, validate_room_], url: "http://b/webhook"}
- {prefix: action_desk_, url: "http://c/webhook"}
`);
    expect(endpoints.actionServers.map(({ url, prefixes }) => [url, prefixes])).toEqual([
      ['http://b/webhook', ['action_room_', 'validate_room_']],
      ['http://c/webhook', ['action_desk_']],
      ['http://a/webhook', []],
    ]);
  });

  it('returns the event broker', async () => {
    const { endpoints } = await endpointsOf('event_broker: {type: pika, url: mq, queues: [events]}\n');
    expect(endpoints).toEqual({
      actionServers: [],
      usesBundledActions: false,
      eventBroker: { type: 'pika', settings: { url: 'mq', queues: ['events'] } },
    });
  });

  it('returns none without a file, or with an empty key', async () => {
    expect(await withFolder({ 'domain.yml': '' }, (folder) => readEndpoints(folder))).toEqual({
      endpoints: { actionServers: [], usesBundledActions: false },
      findings: [],
    });
    expect((await endpointsOf('action_endpoint:\n')).endpoints).toEqual({
      actionServers: [],
      usesBundledActions: false,
    });
  });

  it.each([
    ['action_endpoint: {url: "localhost:5055"}', '1:24 action_endpoint needs a url that starts with http'],
    ['action_endpoint: {token: a}', '1:18 action_endpoint needs a url'],
    ['action_endpoint:\n  url: http://${NOWHERE}', '2:8 the environment variable NOWHERE is not set'],
    ['action_endpoint: {url: "http://a", basic_auth: {username: u}}', '1:48 basic_auth of action_endpoint needs'],
    ['action_servers: [{url: "http://a"}]', '1:18 an item of action_servers needs a prefix'],
    [
      'action_servers: [{prefix: a, url: "http://a"}, {prefix: a, url: "http://b"}]',
      '1:48 two action_servers have the prefix a',
    ],
    ['action_servers: {url: "http://a"}', '1:17 action_servers must be a list'],
    ['event_broker: {url: mq}', '1:15 event_broker has no type'],
  ])('refuses %j', async (endpoints, error) => {
    await expect(endpointsOf(endpoints)).rejects.toThrow(`endpoints.yml:${error}`);
  });

  it('warns of unknown keys', async () => {
    const { findings } = await endpointsOf('action_endpoint: {url: "http://a", retries: 3}');
    expect(findings.map(({ message }) => message)).toEqual(['"retries" of action_endpoint is not supported']);
  });

  it('adds no warning to the assistant for keys that it reads itself', async () => {
    expect(
      await warningsWith({
        'endpoints.yml': 'action_endpoint: {url: "${LATER}"}\nnlu: {url: "http://a"}\nnlg: {url: "http://b"}\n',
      }),
    ).toEqual([
      'endpoints.yml:2 "nlu" is not read from endpoints.yml; it is a setting of the services',
      'endpoints.yml:3 "nlg" is not supported; the responses of the domain are said',
    ]);
  });
});
