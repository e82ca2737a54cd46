import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TSchema } from 'typebox';
import { type Contract, contracts, isEnvelope } from './index.js';
import { sampleOf } from './samples.fixture.js';

type Path = (string | number)[];

/** The parts of a schema that these tests use. */
interface Shape {
  type?: string;
  required?: string[];
  properties?: Record<string, Shape>;
  items?: Shape;
  anyOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
}

interface Spot {
  path: Path;
  shape: Shape;
  isRequired: boolean;
}

/** Every field of a sample whose schema is not a union. */
function spotsOf(value: unknown, shape: Shape, path: Path = [], isRequired = true): Spot[] {
  const here = path.length > 0 ? [{ path, shape, isRequired }] : [];
  if (Array.isArray(value))
    return [...here, ...value.flatMap((each, i) => (shape.items ? spotsOf(each, shape.items, [...path, i]) : []))];
  if (typeof value !== 'object' || value === null) return here;
  const inner = Object.entries(shape.properties ?? {}).flatMap(([name, field]) =>
    name in value
      ? spotsOf(
          (value as Record<string, unknown>)[name],
          field,
          [...path, name],
          shape.required?.includes(name) ?? false,
        )
      : [],
  );
  return [...here, ...inner];
}

/** A copy of `value` with a replacement at this path; undefined removes the field. */
function changed<T>(value: T, [step, ...rest]: Path, replacement: unknown): T {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  if (step === undefined) return copy as T;
  if (rest.length > 0) copy[step] = changed(copy[step], rest, replacement);
  else if (replacement === undefined) delete copy[step];
  else copy[step] = replacement;
  return copy as T;
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: (value) => Array.isArray(value),
  null: (value) => value === null,
};
const anything = fc.constantFrom<unknown>(null, true, 'text', '', 1.5, -1, [], {}, [null]);

/** Values that break one rule of a schema. */
function wrongFor({ type, enum: values, const: only, ...limits }: Shape): fc.Arbitrary<unknown> | undefined {
  if (only !== undefined || values) return anything.filter((value) => value !== only && !values?.includes(value));
  if (!type) return undefined;
  const kinds = [anything.filter((value) => !TYPES[type]?.(value))];
  const { minLength, maxLength, minimum, maximum } = limits;
  if (maxLength !== undefined) kinds.push(fc.constant('x'.repeat(maxLength + 1)));
  if (type === 'string' && minLength) kinds.push(fc.constant('x'.repeat(minLength - 1)));
  if (minimum !== undefined) kinds.push(fc.integer({ max: minimum - 1 }));
  if (maximum !== undefined) kinds.push(fc.integer({ min: maximum + 1 }));
  return fc.oneof(...kinds);
}

const pointer = (path: Path): string => path.map((step) => `/${step}`).join('');

/** The payload and the answer of a contract, each with its schema and its validator. */
function payloadsOf(type: string, contract: Contract) {
  const { data, reply } = sampleOf(type);
  const payloads: [string, Record<string, unknown>, TSchema, (value: unknown) => string | undefined][] = [
    ['data', data, contract.data, (value) => contract.problemWith(value)],
  ];
  if (contract.reply && reply)
    payloads.push(['answer', reply, contract.reply, (value) => contract.problemWithReply(value)]);
  return payloads;
}

const cases = [...contracts].flatMap(([type, contract]) =>
  payloadsOf(type, contract).map(([part, ...rest]) => [`The ${part} of ${type}`, ...rest] as const),
);

describe.each(cases)('%s', (_, sample, schema, problemWith) => {
  const spots = spotsOf(sample, schema);

  it('is refused when a field has a wrong type, length or size, and the problem names the field', () => {
    const wrong = spots.flatMap(({ path, shape }) => {
      const values = wrongFor(shape);
      return values ? [values.map((value) => ({ path, value }))] : [];
    });
    if (wrong.length === 0)
      return expect((schema as Shape).anyOf).toContainEqual(expect.objectContaining({ type: 'object' }));
    fc.assert(
      fc.property(fc.oneof(...wrong), ({ path, value }) => {
        const problem = problemWith(changed(sample, path, value));
        expect(problem).toContain(pointer(path));
        expect(problem).not.toContain('\n');
      }),
      { numRuns: 60 },
    );
  });

  it('is refused when a required field is missing at any depth, and the problem names the field', () => {
    for (const { path, isRequired } of spots) {
      const name = path.at(-1);
      if (!isRequired || typeof name !== 'string') continue;
      expect(problemWith(changed(sample, path, undefined))).toContain(name);
    }
  });

  it('is accepted without any of its optional fields', () => {
    for (const { path, isRequired } of spots) {
      if (!isRequired && typeof path.at(-1) === 'string')
        expect(problemWith(changed(sample, path, undefined))).toBeUndefined();
    }
  });

  it('is accepted with additional fields at any depth, which a later minor version may add', () => {
    const name = fc.stringMatching(/^added_[a-z]{0,8}$/);
    const places: Path[] = [[], ...spots.filter(({ shape }) => shape.properties).map(({ path }) => path)];
    fc.assert(
      fc.property(fc.constantFrom(...places), name, fc.jsonValue(), (path, added, value) => {
        expect(problemWith(changed(sample, [...path, added], value ?? 'null'))).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('is refused when it is not an object', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constantFrom(null, undefined, [])), (value) => {
        expect(problemWith(value)).toContain('must be object');
      }),
      { numRuns: 30 },
    );
  });
});

describe('An envelope around any data', () => {
  const text = fc.string({ minLength: 1, maxLength: 200 });
  const envelope = fc.record(
    {
      specversion: fc.constant('1.0'),
      id: text,
      source: text,
      type: fc.constantFrom(...contracts.keys()),
      subject: text,
      time: text,
      correlationid: text,
      data: fc.jsonValue(),
      causationid: text,
      replykey: text,
      traceparent: text,
    },
    { requiredKeys: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'correlationid', 'data'] },
  );

  it('is valid with or without the optional attributes, and survives serialization', () => {
    fc.assert(
      fc.property(envelope, (value) => {
        expect(isEnvelope(value)).toBe(true);
        expect(isEnvelope(JSON.parse(JSON.stringify(value)))).toBe(true);
      }),
    );
  });

  it('is invalid when an attribute is not a text', () => {
    const wrong = fc.constantFrom<unknown>(null, 5, true, {}, []);
    fc.assert(
      fc.property(envelope, fc.nat(), wrong, (value, which, replacement) => {
        const names = Object.keys(value).filter((name) => name !== 'data');
        expect(isEnvelope({ ...value, [names[which % names.length] ?? '']: replacement })).toBe(false);
      }),
    );
  });

  it.each(['id', 'subject'])('has a minimum and a maximum length of its %s', (name) => {
    fc.assert(
      fc.property(envelope, (value) => {
        expect(isEnvelope({ ...value, [name]: '' })).toBe(false);
        expect(isEnvelope({ ...value, [name]: 'x'.repeat(201) })).toBe(false);
      }),
      { numRuns: 10 },
    );
  });
});
