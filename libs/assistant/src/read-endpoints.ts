import type { Finding, HandoffHost } from './model/assistant.js';
import { AssistantFolder } from './folder/assistant-folder.js';
import { Findings } from './model/findings.js';
import { expandVariables, type Environment } from './yaml/variables.js';
import { emptyRecord, Expectation, isNull, placeOf, valueOf, type YamlMap, type YamlNode } from './yaml/yaml-node.js';

/** An HTTP service in `endpoints.yml`. */
export interface Endpoint {
  url: string;
  /** Query parameters added to each call. */
  params: Record<string, string>;
  headers: Record<string, string>;
  basicAuth?: { username: string; password: string };
  /** Added to the query of each call, as the parameter `tokenName`. */
  token?: string;
  tokenName: string;
  /** File with the certificate authority for the service's certificate. */
  cafile?: string;
}

export interface ActionServer extends Endpoint {
  /** Runs the actions whose names start with one of these; if empty, every action that no other server runs. */
  prefixes: string[];
  /** Whether the domain is sent only for actions listed with `send_domain: true`. */
  isDomainSelective: boolean;
}

/** The services in an assistant's `endpoints.yml`, without `handoff_hosts`, which are part of the assistant. */
export interface Endpoints {
  /** From `action_servers`, followed by the `action_endpoint` if there is one. */
  actionServers: ActionServer[];
  /** The type and the settings as written. */
  eventBroker?: { type: string; settings: Record<string, unknown> };
  /** Whether the assistant uses the actions that come with the product (`bundled_actions: true`). */
  usesBundledActions: boolean;
}

const ENDPOINT_KEYS = ['url', 'params', 'headers', 'basic_auth', 'token', 'token_name', 'cafile'];
const READ_KEYS = ['action_endpoint', 'action_servers', 'bundled_actions', 'event_broker'];

/**
 * Reads `endpoints.yml` of the assistant in a folder; without the file there are no endpoints. Separate from
 * `readAssistant`, because its environment variables are set where the services run and not where a model is trained.
 * @throws AssistantError when the file is not valid
 */
export async function readEndpoints(
  directory: string,
  environment: Environment = process.env,
): Promise<{ endpoints: Endpoints; findings: Finding[] }> {
  const findings = new Findings();
  const folder = await AssistantFolder.open(directory, findings);
  const file = await folder.settings('endpoints.yml');
  const reader = new EndpointReader(findings);
  const read = <Value>(key: string, take: (node: YamlNode, key: string) => Value | undefined): Value | undefined => {
    const node = file?.entries.get(key);
    return !node || isNull(node) ? undefined : take(expandVariables(node, environment, findings), key);
  };
  const servers = read('action_servers', (node) => reader.servers(node));
  const main = read('action_endpoint', (node, key) => reader.server(node, key));
  const eventBroker = read('event_broker', (node) => reader.broker(node));
  const usesBundledActions = read('bundled_actions', (node, key) => reader.isOn(node, key)) ?? false;
  findings.throwIfRefused();
  const endpoints = {
    actionServers: [...(servers ?? []), ...(main ? [main] : [])],
    usesBundledActions,
    ...(eventBroker && { eventBroker }),
  };
  return { endpoints, findings: findings.all };
}

class EndpointReader {
  private readonly expect: Expectation;

  constructor(private readonly findings: Findings) {
    this.expect = new Expectation(findings);
  }

  servers(node: YamlNode): ActionServer[] {
    const taken = new Set<string>();
    return this.expect.items(node, 'action_servers').flatMap((item) => {
      const server = this.server(item, 'an item of action_servers');
      if (!server) return [];
      if (server.prefixes.length === 0)
        this.findings.error('an item of action_servers needs a prefix, the start of its actions’ names', item.place);
      for (const prefix of server.prefixes) {
        if (taken.has(prefix)) this.findings.error(`two action_servers have the prefix ${prefix}`, item.place);
        taken.add(prefix);
      }
      return [server];
    });
  }

  server(node: YamlNode, what: string): ActionServer | undefined {
    const endpoint = this.endpoint(node, what, ['prefix', 'enable_selective_domain']);
    const get = (key: string) => (node.kind === 'map' ? node.entries.get(key) : undefined);
    return (
      endpoint && {
        ...endpoint,
        prefixes: this.expect.texts(get('prefix'), `prefix of ${what}`),
        isDomainSelective: this.expect.boolean(get('enable_selective_domain'), 'enable_selective_domain') ?? false,
      }
    );
  }

  endpoint(node: YamlNode, what: string, moreKeys: string[] = []): Endpoint | undefined {
    const map = this.expect.map(node, what);
    if (!map) return undefined;
    this.expect.onlyKeys(map, [...ENDPOINT_KEYS, ...moreKeys], what);
    const text = (key: string) => this.expect.text(map.entries.get(key), `${key} of ${what}`);
    const url = text('url');
    if (url === undefined || !isHttpUrl(url)) {
      this.findings.error(
        `${what} needs a url that starts with http:// or https://`,
        map.entries.get('url')?.place ?? map.place,
      );
      return undefined;
    }
    const [token, cafile, basicAuth] = [text('token'), text('cafile'), this.basicAuth(map, what)];
    return {
      url,
      params: this.textsByName(map, 'params', what),
      headers: this.textsByName(map, 'headers', what),
      ...(basicAuth && { basicAuth }),
      ...(token !== undefined && { token }),
      tokenName: text('token_name') ?? 'token',
      ...(cafile !== undefined && { cafile }),
    };
  }

  isOn(node: YamlNode, what: string): boolean | undefined {
    return this.expect.boolean(node, what);
  }

  broker(node: YamlNode): Endpoints['eventBroker'] {
    const map = this.expect.map(node, 'event_broker');
    if (!map) return undefined;
    const type = this.expect.text(map.entries.get('type'), 'the type of event_broker');
    if (type === undefined) {
      this.findings.error('event_broker has no type', map.place);
      return undefined;
    }
    const { type: _, ...settings } = valueOf(map) as Record<string, unknown>;
    return { type, settings };
  }

  private basicAuth(map: YamlMap, what: string): Endpoint['basicAuth'] {
    const auth = this.expect.map(map.entries.get('basic_auth'), `basic_auth of ${what}`);
    if (!auth) return undefined;
    const [username, password] = ['username', 'password'].map((key) => this.expect.text(auth.entries.get(key), key));
    if (username === undefined || password === undefined) {
      this.findings.error(`basic_auth of ${what} needs a username and a password`, auth.place);
      return undefined;
    }
    return { username, password };
  }

  private textsByName(map: YamlMap, key: string, what: string): Record<string, string> {
    const texts: Record<string, string> = {};
    for (const [name, node] of this.expect.map(map.entries.get(key), `${key} of ${what}`)?.entries ?? []) {
      const text = this.expect.text(node, `${name} in ${key} of ${what}`);
      if (text !== undefined) texts[name] = text;
    }
    return texts;
  }
}

/**
 * Reads the hosts in `endpoints.yml`. Stores and models are settings of the services here, and a service that generates
 * responses (`nlg`) is not supported. So each of these Rasa keys causes a warning, and so does an unknown key.
 */
export function readHandoffHosts(file: YamlMap | undefined, findings: Findings): Record<string, HandoffHost> {
  const expect = new Expectation(findings);
  for (const key of file?.entries.keys() ?? [])
    if (key !== 'handoff_hosts' && !READ_KEYS.includes(key))
      findings.warning(
        key === 'nlg'
          ? '"nlg" is not supported; the responses of the domain are said'
          : `"${key}" is not read from endpoints.yml; it is a setting of the services`,
        placeOf(file!, key),
      );
  const hosts = emptyRecord<HandoffHost>();
  for (const [key, node] of expect.map(file?.entries.get('handoff_hosts'), 'handoff_hosts')?.entries ?? []) {
    const map = expect.map(node, `handoff host ${key}`);
    const title = expect.text(map?.entries.get('title'), `the title of handoff host ${key}`);
    const url = expect.text(map?.entries.get('url'), `the url of handoff host ${key}`);
    if (!title) findings.error(`handoff host ${key} has no title`, node.place);
    if (url !== undefined && !isHttpUrl(url))
      findings.error(`the url of handoff host ${key} must start with http:// or https://`, placeOf(map!, 'url'));
    hosts[key] = { title: title ?? key, ...(url !== undefined && { url }) };
  }
  return hosts;
}

const isHttpUrl = (url: string): boolean => /^https?:/i.test(url) && URL.canParse(url);
