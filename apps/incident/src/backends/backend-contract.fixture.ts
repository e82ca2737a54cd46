import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Capabilities } from '../ports/incident-backend.js';
import { type Incident, type NewFile } from '../ports/incident.js';
import { describeChanges } from './contract/changes.fixture.js';
import { ContractSubject, failureOf, newOperation, type BackendHarness } from './contract/contract-subject.fixture.js';
import { describeFilesAndArticles } from './contract/files-and-articles.fixture.js';
import { describeIncidents } from './contract/incidents.fixture.js';
import { describeTransitions } from './contract/transitions.fixture.js';

export { type BackendHarness } from './contract/contract-subject.fixture.js';

/**
 * The contract tests that every backend must pass. For an unsupported feature, they require a refusal.
 * @param can the expected capabilities of the backend
 */
export function describeBackend(name: string, can: Capabilities, start: () => Promise<BackendHarness>): void {
  describe(`The incident backend ${name}`, () => {
    const on = new ContractSubject();

    beforeAll(() => on.open(start));
    afterAll(() => on.harness.close());

    it('declares its capabilities', () => {
      expect(on.backend.capabilities).toEqual(can);
    });

    it('answers a check', async () => {
      await expect(on.backend.check()).resolves.toBeUndefined();
    });

    describe('finding a caller', () => {
      it('finds the same person by their address in any letter case', async () => {
        const shouted = await on.backend.findCaller(on.harness.callers[0].toUpperCase());
        expect(shouted?.id).toBe(on.ann.id);
        expect(on.ann.email.toLowerCase()).toBe(on.harness.callers[0].toLowerCase());
        expect(on.bob.id).not.toBe(on.ann.id);
      });

      if (can.knowsCallers) {
        it('finds nobody for an unknown address', async () => {
          expect(await on.backend.findCaller(on.harness.stranger)).toBeUndefined();
        });

        it.each(['', 'nobody', 'a@b@c', 'x^NQactive=true', "' OR 1=1 --", `${'a'.repeat(300)}@example.com`])(
          'finds nobody for a text that is not an address: %j',
          async (text) => expect(await on.backend.findCaller(text)).toBeUndefined(),
        );
      }
    });

    if (!can.keepsIncidents) {
      it('refuses everything else as unsupported', async () => {
        const incident = { id: '1', number: '1' } as Incident;
        const file: NewFile = { name: 'a.txt', type: 'text/plain', content: Buffer.from('a') };
        const calls = [
          on.backend.create(newOperation(), on.about(on.ann)),
          on.backend.findByOperation(newOperation()),
          on.backend.get('1'),
          on.backend.listForCaller(on.ann, 1),
          on.backend.comments(incident),
          on.backend.comment(incident, on.ann, 'Text'),
          on.backend.transition(incident, 'resolve', on.ann, 'Text'),
          on.backend.attach(incident, on.ann, file),
          on.backend.hasFile(incident, file),
          on.backend.changesSince(undefined),
          on.backend.findArticles('text', 1),
        ];
        const kinds = (await Promise.all(calls.map(failureOf))).map(({ kind }) => kind);
        expect(new Set(kinds)).toEqual(new Set(['unsupported']));
      });
      return;
    }

    describeIncidents(on);
    describeTransitions(on, can);
    describeFilesAndArticles(on, can);
    describeChanges(on);
  });
}
