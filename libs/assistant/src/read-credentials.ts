import { AssistantFolder } from './assistant-folder.js';
import { Findings } from './findings.js';
import { expandVariables, type Environment } from './variables.js';
import { valueOf } from './yaml-node.js';

/** Settings of channels by the channel's name, as `credentials.yml` has them. */
export type Credentials = Record<string, Record<string, unknown> | undefined>;

/**
 * Reads `credentials.yml` of the assistant in a folder; without one there are no settings.
 * @throws AssistantError when the file is not valid
 */
export async function readCredentials(directory: string, environment: Environment = process.env): Promise<Credentials> {
  const findings = new Findings();
  const folder = await AssistantFolder.open(directory, findings);
  const file = await folder.settings('credentials.yml');
  const credentials: Credentials = {};
  for (const [channel, node] of file?.entries ?? []) {
    const settings = valueOf(expandVariables(node, environment, findings));
    if (typeof settings === 'object' && !Array.isArray(settings)) credentials[channel] = { ...settings };
    else findings.error(`the settings of the channel ${channel} must be a mapping`, node.place);
  }
  findings.throwIfRefused();
  return credentials;
}
