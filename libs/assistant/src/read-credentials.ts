import type { Finding } from './model/assistant.js';
import { AssistantFolder } from './folder/assistant-folder.js';
import { Findings } from './model/findings.js';
import { expandVariables, type Environment } from './yaml/variables.js';
import { placeOf, valueOf } from './yaml/yaml-node.js';

/** Settings of channels by name, as in `credentials.yml`. */
export type Credentials = Record<string, Record<string, unknown> | undefined>;

/** The supported channels, and two of Rasa's that need no settings: its shell, and its former user interface. */
const CHANNELS = ['rest', 'socketio', 'cmdline', 'rasa'];

/**
 * Reads `credentials.yml` of the assistant in a folder; without the file there are no settings.
 * @throws AssistantError when the file is not valid
 */
export const readCredentials = async (
  directory: string,
  environment: Environment = process.env,
): Promise<Credentials> => (await read(directory, environment)).credentials;

/**
 * The findings about `credentials.yml`: unsupported channels.
 * @throws AssistantError when the file is not valid
 */
export const inspectCredentials = async (
  directory: string,
  environment: Environment = process.env,
): Promise<Finding[]> => (await read(directory, environment)).findings;

async function read(directory: string, environment: Environment) {
  const findings = new Findings();
  const folder = await AssistantFolder.open(directory, findings);
  const file = await folder.settings('credentials.yml');
  const credentials: Credentials = {};
  for (const [channel, node] of file?.entries ?? []) {
    if (!CHANNELS.includes(channel))
      findings.warning(
        `the channel ${channel} is not supported; there are rest and socketio, and the HTTP API`,
        placeOf(file!, channel),
      );
    const settings = valueOf(expandVariables(node, environment, findings));
    if (typeof settings === 'object' && !Array.isArray(settings)) credentials[channel] = { ...settings };
    else findings.error(`the settings of the channel ${channel} must be a mapping`, node.place);
  }
  findings.throwIfRefused();
  return { credentials, findings: findings.all };
}
