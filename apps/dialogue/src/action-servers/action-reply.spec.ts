import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActionRejected, type ActionResult } from '#dialogue-engine';
import { ActionServerFixture, replying } from './action-server.fixture.js';

const fixture = new ActionServerFixture();

describe('An answer of an action server', () => {
  it('may leave out events and responses', async () => {
    expect(await fixture.run(fixture.clientOf(await fixture.serve(replying(200, {}))))).toEqual({
      events: [],
      responses: [],
    });
  });

  it('keeps the order of its events and responses, and loses only events of unknown kinds', async () => {
    const slots = ['a', 'b'].map((name) => ({ event: 'slot', timestamp: null, name, value: 1 }));
    const events = [slots[0], { event: 'quantum_leap' }, slots[1]];
    const responses = [{ text: 'one' }, { response: 'utter_x', color: 'red' }];
    const result = await fixture.run(fixture.clientOf(await fixture.serve(replying(200, { events, responses }))));
    expect(result.events).toMatchObject(slots);
    expect(result.responses).toMatchObject(responses);
  });

  it('may have events whose metadata is null, as the SDK writes them', async () => {
    const events = [{ event: 'bot', timestamp: null, text: 'Hi', data: null, metadata: null }];
    const result = await fixture.run(fixture.clientOf(await fixture.serve(replying(200, { events }))));
    expect(result.events).toEqual([expect.objectContaining({ event: 'bot', text: 'Hi' })]);
    expect(result.events[0]).not.toHaveProperty('metadata');
  });

  it('may have buttons without a payload, which send their title, and the old key `template`', async () => {
    const responses = [{ template: 'utter_x', buttons: [{ title: 'Yes' }, { title: 'No', payload: { a: 1 } }] }];
    const result = await fixture.run(fixture.clientOf(await fixture.serve(replying(200, { responses }))));
    expect(result.responses).toMatchObject([
      {
        response: 'utter_x',
        buttons: [
          { title: 'Yes', payload: 'Yes' },
          { title: 'No', payload: '{"a":1}' },
        ],
      },
    ]);
  });

  it('with status 400 is a rejection by the action that it names', async () => {
    const rejection = fixture.run(
      fixture.clientOf(await fixture.serve(replying(400, { error: 'no', action_name: 'action_y' }))),
    );
    await expect(rejection).rejects.toThrow(ActionRejected);
    await expect(rejection).rejects.toMatchObject({ action: 'action_y' });
  });

  it.each([
    [400, 'Bad Request', /status 400/],
    [404, { error: 'no such action', action_name: 'action_x' }, /status 404/],
    [500, { error: 'ZeroDivisionError' }, /status 500/],
    [307, '', /status 307/],
    [200, '', /invalid body/],
    [200, 'null', /invalid body/],
    [200, '<html>', /invalid body/],
    [200, [], /invalid body/],
    [200, { events: 'none' }, /invalid body.*\/events/],
    [200, { events: ['slot'] }, /invalid body.*\/events/],
    [200, { events: [{ event: 'slot', value: 1 }] }, /invalid body.*"name"/],
    [200, { events: [{ event: 'bot', text: 'Hi', data: { buttons: 'many' } }] }, /invalid body.*bot event/],
    [200, { responses: [{ text: 5 }] }, /invalid body.*\/responses/],
    [200, { responses: [{ text: 'Hi', buttons: [{ payload: '/a' }] }] }, /invalid body.*\/responses/],
    [200, `{"responses":[{"attachment":${'['.repeat(40)}${']'.repeat(40)}}]}`, /invalid body.*deeper/],
    [200, { responses: [{ text: 'x'.repeat(2 * 1024 * 1024) }] }, /more than/],
  ])('with status %d and body %j is a failure that names the action', async (status, body, reason) => {
    const message = await fixture.failureOf(fixture.clientOf(await fixture.serve(replying(status, body))));
    expect(message).toMatch(reason);
    expect(message).not.toContain('undefined');
  });

  it('of any content becomes a valid result, a rejection or a failure', async () => {
    let body = '';
    const client = fixture.clientOf(await fixture.serve((_, response) => void response.end(body)));
    const message = fc.record(
      { text: fc.anything(), buttons: fc.anything(), custom: fc.anything(), response: fc.anything() },
      { requiredKeys: [] },
    );
    const reply = fc.record(
      { events: fc.oneof(fc.array(fc.anything()), fc.anything()), responses: fc.array(message) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(reply, fc.jsonValue()), async (written) => {
        body = safeJson(written);
        const outcome: unknown = await fixture.run(client).catch((thrown: unknown) => thrown);
        if (outcome instanceof Error) expect(outcome.name).toBe('ActionServerError');
        else
          for (const { text } of (outcome as ActionResult).responses)
            expect(['string', 'undefined', 'object']).toContain(typeof (text ?? undefined));
      }),
      { numRuns: 60 },
    );
  });
});

const safeJson = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)) ?? '';
  } catch {
    return '';
  }
};
