import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readAssistant } from '../read-assistant.js';
import { type Domain } from './assistant.js';
import { projectRoot } from '#service';
import { domainJson } from './domain-json.js';

const domainOf = async (folder: string): Promise<Domain> => (await readAssistant(folder)).assistant.domain;

/** Reads the domain back from its JSON only. */
async function readBack(json: object): Promise<Domain> {
  const folder = await mkdtemp(join(tmpdir(), 'domain-'));
  try {
    await writeFile(join(folder, 'domain.json'), JSON.stringify(json));
    return await domainOf(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('The JSON of a domain', () => {
  it('contains the assistant’s end-to-end texts, and the roles and groups of entities', async () => {
    const json = domainJson(await domainOf(join(projectRoot, 'assistants/travel-desk')));
    expect(json.e2e_actions).toEqual([expect.stringMatching(/^I am sorry to hear that\./)]);
    expect(json.entities).toEqual(
      expect.arrayContaining([{ city: { roles: ['from', 'to'] } }, { cabin: { groups: ['1', '2'] } }]),
    );
    expect(json.slots['cabin']).toMatchObject({ type: 'categorical', values: ['economy', 'business'] });
  });

  it('omits end-to-end actions when there are none', async () => {
    expect(domainJson(await domainOf(join(projectRoot, 'assistants/helpdesk'))).e2e_actions).toEqual([]);
  });

  it.each(['helpdesk', 'office-services', 'travel-desk'])('of %s can be read back as the same domain', async (name) => {
    const json = domainJson(await domainOf(join(projectRoot, 'assistants', name)));
    expect(domainJson(await readBack(json))).toEqual(json);
  });
});
