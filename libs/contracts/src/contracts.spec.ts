import { describe, expect, it } from '@jest/globals';
import { type TObject } from 'typebox';
import { type Contract, contracts, isEnvelope } from './index.js';
import { sampleOf, samples } from './samples.fixture.js';

const PAST = /(ed|stood)$/;
const each = [...contracts].map(([type, contract]): [string, Contract] => [type, contract]);

it('Every committed sample belongs to a contract, and every contract has one', () => {
  expect([...samples.keys()].sort()).toEqual([...contracts.keys()].map((type) => `${type}.json`).sort());
});

describe.each(each)('%s', (type, contract) => {
  const { data, reply } = sampleOf(type);

  it('has a name of subject, verb and version, with the verb in the past tense exactly when it is a fact', () => {
    expect(type).toMatch(/^[a-z]+\.[a-z]+\.v[1-9]\d*$/);
    const isFact = contract.kind === 'event' || contract.kind === 'addressed';
    expect(PAST.test(type.split('.')[1] ?? '')).toBe(isFact);
    expect(contract.summary).toMatch(/^[A-Z].*\.$/);
  });

  it('accepts its sample', () => {
    expect(contract.problemWith(data)).toBeUndefined();
  });

  it('has an answer exactly when it is a command or query, and accepts the sample answer', () => {
    expect(contract.reply !== undefined).toBe(contract.kind === 'command' || contract.kind === 'query');
    expect(reply !== undefined).toBe(contract.reply !== undefined);
    if (reply) expect(contract.problemWithReply(reply)).toBeUndefined();
    else expect(contract.problemWithReply({})).toBe('this message has no answer');
  });

  it('refuses the sample when a required field is missing, and names the field', () => {
    const required = (contract.data as TObject).required ?? [];
    expect(required).not.toHaveLength(0);
    for (const field of required) {
      const rest = Object.fromEntries(Object.entries(data).filter(([name]) => name !== field));
      expect(contract.problemWith(rest)).toContain(field);
    }
  });

  it('accepts fields that a later minor version may add', () => {
    expect(contract.problemWith({ ...data, added: true })).toBeUndefined();
  });

  it('refuses a value that is not an object', () => {
    for (const value of [null, undefined, 'text', 5, []]) {
      expect(contract.problemWith(value)).not.toBeUndefined();
    }
  });
});

describe('An envelope', () => {
  const envelope = {
    specversion: '1.0',
    id: 'e-1',
    source: 'gateway',
    type: 'message.received.v1',
    subject: 'ann',
    time: '2026-01-01T09:00:00.000Z',
    correlationid: 'e-1',
    data: {},
  };

  it('has the attributes of CloudEvents and our extensions', () => {
    expect(isEnvelope(envelope)).toBe(true);
    expect(isEnvelope({ ...envelope, causationid: 'e-0', replykey: 'inbox', traceparent: '00-0-0-00' })).toBe(true);
  });

  it('is refused when one of them is missing', () => {
    for (const name of Object.keys(envelope)) {
      expect(isEnvelope(Object.fromEntries(Object.entries(envelope).filter(([key]) => key !== name)))).toBe(false);
    }
    for (const value of [null, 'x', [], { ...envelope, specversion: '2.0' }, { ...envelope, subject: '' }]) {
      expect(isEnvelope(value)).toBe(false);
    }
  });
});
