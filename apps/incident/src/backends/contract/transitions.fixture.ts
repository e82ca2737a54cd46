import { describe, expect, it } from '@jest/globals';
import { type Capabilities } from '../../ports/incident-backend.js';
import { OPEN_STATES, type Transition } from '../../ports/incident.js';
import { failureOf, type ContractSubject } from './contract-subject.fixture.js';

const ALL_TRANSITIONS: readonly Transition[] = ['resolve', 'cancel', 'reopen', 'escalate'];

/** Tests of the transitions that a backend supports, and of its refusal of the others. */
export function describeTransitions(on: ContractSubject, can: Capabilities): void {
  describe('moving an incident', () => {
    if (can.transitions.includes('resolve'))
      it('resolves it once; a second time changes nothing', async () => {
        const incident = await on.opened(on.ann);
        const resolved = await on.backend.transition(incident, 'resolve', on.ann, 'It works again.');
        expect(resolved.state).toBe('resolved');
        expect(resolved.resolvedAt).toBeInstanceOf(Date);
        const again = await on.backend.transition(incident, 'resolve', on.ann, 'It works again.');
        expect(again.revision).toBe(resolved.revision);
        expect(await on.asItStands(incident)).toEqual(resolved);
      });

    if (can.transitions.includes('cancel'))
      it('cancels it once; a second time changes nothing', async () => {
        const incident = await on.opened(on.ann);
        const canceled = await on.backend.transition(incident, 'cancel', on.ann, 'Not needed.');
        expect(canceled.state).toBe('canceled');
        const again = await on.backend.transition(canceled, 'cancel', on.ann, 'Not needed.');
        expect(again.revision).toBe(canceled.revision);
      });

    if (can.transitions.includes('reopen')) {
      it('reopens one that is resolved; one that is open stays as it is', async () => {
        const incident = await on.opened(on.ann);
        await on.harness.desk.move(incident.number, 'resolved');
        const reopened = await on.backend.transition(await on.asItStands(incident), 'reopen', on.ann, 'It is back.');
        expect(OPEN_STATES).toContain(reopened.state);
        const again = await on.backend.transition(reopened, 'reopen', on.ann, 'It is back.');
        expect(again.revision).toBe(reopened.revision);
      });

      it('does not reopen one that is closed', async () => {
        const incident = await on.opened(on.ann);
        await on.harness.desk.move(incident.number, 'resolved');
        await on.harness.desk.move(incident.number, 'closed');
        const failure = await failureOf(on.backend.transition(incident, 'reopen', on.ann, 'It is back.'));
        expect(failure.kind).toBe('rejected');
        expect((await on.asItStands(incident)).state).toBe('closed');
      });
    }

    if (can.transitions.includes('escalate'))
      it('escalates it, which keeps it open and changes its revision', async () => {
        const incident = await on.opened(on.ann, { priority: 'low' });
        const escalated = await on.backend.transition(incident, 'escalate', on.ann, 'Nobody can work.');
        expect(OPEN_STATES).toContain(escalated.state);
        expect(escalated.revision).not.toBe(incident.revision);
      });

    const denied = ALL_TRANSITIONS.filter((transition) => !can.transitions.includes(transition));
    for (const transition of denied)
      it(`refuses to ${transition} as unsupported`, async () => {
        const failure = await failureOf(on.backend.transition(await on.opened(on.ann), transition, on.ann, 'Please.'));
        expect(failure.kind).toBe('unsupported');
      });
  });
}
