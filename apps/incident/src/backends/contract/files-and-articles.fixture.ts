import { expect, it } from '@jest/globals';
import { type Capabilities } from '../../ports/incident-backend.js';
import { type NewFile } from '../../ports/incident.js';
import { failureOf, type ContractSubject } from './contract-subject.fixture.js';

/** Tests of files and articles, or of their refusal. */
export function describeFilesAndArticles(on: ContractSubject, can: Capabilities): void {
  it(can.files ? 'accepts a file' : 'refuses files as unsupported', async () => {
    const file = { name: 'screen "1".png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a', 'hex') };
    const attached = on.backend.attach(await on.opened(on.ann), on.ann, file);
    if (can.files) await expect(attached).resolves.toBeUndefined();
    else expect((await failureOf(attached)).kind).toBe('unsupported');
  });

  if (can.files)
    it('recognizes an attached file by name and size', async () => {
      const [incident, other] = [await on.opened(on.ann), await on.opened(on.ann)];
      const files: NewFile[] = [
        { name: 'screen "1".png', type: 'image/png', content: Buffer.from('89504e470d0a1a0a', 'hex') },
        { name: 'Protokoll für Ann.txt', type: 'text/plain', content: Buffer.from('Zeile für Zeile\r\n\n😀\n') },
      ];
      for (const file of files) {
        expect(await on.backend.hasFile(incident, file)).toBe(false);
        await on.backend.attach(incident, on.ann, file);
        expect(await on.backend.hasFile(incident, file)).toBe(true);
        expect(await on.backend.hasFile(incident, { ...file, name: `other ${file.name}` })).toBe(false);
        expect(await on.backend.hasFile(incident, { ...file, content: Buffer.from('longer than that') })).toBe(false);
        expect(await on.backend.hasFile(other, file)).toBe(false);
      }
    });

  it(can.articles ? 'searches articles' : 'refuses a search for articles as unsupported', async () => {
    const search = on.backend.findArticles('password', 2);
    if (!can.articles) return expect((await failureOf(search)).kind).toBe('unsupported');
    const articles = await search;
    expect(articles.length).toBeLessThanOrEqual(2);
    for (const { title, snippet } of articles) expect(title + snippet).not.toMatch(/<\/?[a-z]+>/i);
  });
}
