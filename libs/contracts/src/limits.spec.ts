import { describe, expect, it } from '@jest/globals';
import { IncidentOpen, isUnguessable, MessageReceived, MessageUnderstood, type Contract } from './index.js';
import { sampleOf } from './samples.fixture.js';

/** The problem that the contract finds in its sample with these fields replaced. */
const problem = (contract: Contract, fields: object): string | undefined =>
  contract.problemWith({ ...sampleOf(contract.type).data, ...fields });

describe('The limits that clients may rely on', () => {
  it.each<[string, Contract, (length: number) => object, number, number]>([
    ['a text', MessageReceived, (length) => ({ text: 'x'.repeat(length) }), 1, 8_000],
    ['a conversation id', MessageReceived, (length) => ({ conversationId: 'x'.repeat(length) }), 1, 128],
    ['a message id', MessageReceived, (length) => ({ messageId: 'x'.repeat(length) }), 1, 128],
    ['a channel', MessageReceived, (length) => ({ channel: { input: 'x'.repeat(length), output: 'y' } }), 1, 64],
    ['an address', IncidentOpen, (length) => ({ email: 'x'.repeat(length) }), 3, 254],
  ])('%s has a minimum and a maximum length', (_, contract, fields, shortest, longest) => {
    for (const length of [shortest, longest]) expect(problem(contract, fields(length))).toBeUndefined();
    const [field] = Object.keys(fields(shortest));
    for (const length of [shortest - 1, longest + 1]) expect(problem(contract, fields(length))).toContain(`/${field}`);
  });

  it.each(['metadata', 'identity', 'wantsTrace'])('a message does not need %s', (field) => {
    expect(problem(MessageReceived, { [field]: undefined })).toBeUndefined();
    const { [field]: _, ...rest } = sampleOf(MessageReceived.type).data;
    expect(MessageReceived.problemWith(rest)).toBeUndefined();
  });

  it.each(['title', 'description'])('an incident needs a %s', (field) => {
    expect(problem(IncidentOpen, { [field]: '' })).toContain(field);
  });

  it('an incident has one of three priorities', () => {
    for (const priority of ['low', 'medium', 'high']) expect(problem(IncidentOpen, { priority })).toBeUndefined();
    for (const priority of ['urgent', 'LOW', '', 1, null])
      expect(problem(IncidentOpen, { priority })).toContain('/priority');
  });

  it.each([
    [0, true],
    [1, true],
    [-0.01, false],
    [1.01, false],
    ['1', false],
  ])('a confidence of %j is valid: %s', (confidence, isOne) => {
    const understanding = { text: 'x', intent: { name: null, confidence }, entities: [], intent_ranking: [] };
    expect(problem(MessageUnderstood, { understanding }) === undefined).toBe(isOne);
  });
});

describe("A conversation's id", () => {
  it.each(['0123456789abcdef0123456789abcdef', 'f'.repeat(32)])('cannot be guessed: %s', (id) => {
    expect(isUnguessable(id)).toBe(true);
  });

  it.each(['ann', '', 'f'.repeat(31), 'f'.repeat(33), 'F'.repeat(32), `${'f'.repeat(32)}\n`, `x${'f'.repeat(32)}`])(
    'can be guessed: %j',
    (id) => {
      expect(isUnguessable(id)).toBe(false);
    },
  );
});
