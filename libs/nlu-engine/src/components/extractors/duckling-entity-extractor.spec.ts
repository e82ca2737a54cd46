import { describe, expect, it } from '@jest/globals';
import { type Entity } from '#contracts';
import { component, sampleAssistant } from '../../sample-assistant.fixture.js';
import { NluModel, trainNlu } from '../../index.js';

const train = (options: Record<string, unknown>, language = 'en') =>
  trainNlu({ ...sampleAssistant({ pipeline: [component('DucklingEntityExtractor', options)] }), language });

const NOW = new Date('2026-03-11T10:30:00Z');
const brief = (entities: readonly Entity[]) => entities.map(({ entity, value }) => [entity, value]);

describe('DucklingEntityExtractor', () => {
  it("reports in Rasa's shape", async () => {
    const model = await train({ dimensions: ['email'] });
    expect((await model.parse('mail to ann@corp.example')).entities).toEqual([
      {
        start: 8,
        end: 24,
        text: 'ann@corp.example',
        value: 'ann@corp.example',
        confidence: 1,
        additional_info: { value: 'ann@corp.example' },
        entity: 'email',
        extractor: 'DucklingEntityExtractor',
      },
    ]);
  });

  it('returns the value of a duration with its length in seconds', async () => {
    const { entities } = await (await train({ dimensions: ['duration'] })).parse('down for two weeks');
    expect(entities[0]?.additional_info).toEqual({
      value: 2,
      week: 2,
      unit: 'week',
      normalized: { value: 1_209_600, unit: 'second' },
      type: 'value',
    });
  });

  it('returns an interval as from and to', async () => {
    const [entity] = (await (await train({ dimensions: ['time'] })).parse('since 2026-03-09', { now: NOW })).entities;
    const from = { value: '2026-03-09T00:00:00.000+00:00', grain: 'day' };
    expect(entity).toMatchObject({
      value: { from: from.value, to: null },
      additional_info: { type: 'interval', from },
    });
  });

  it('recognizes every dimension when none is configured', async () => {
    const { entities } = await (await train({})).parse('3 laptops, INC0012345, ann@corp.example, 10 min');
    expect(entities.map(({ entity }) => entity)).toEqual(['number', 'ticket-number', 'email', 'duration']);
  });

  it('reads times in the time zone of the message, else of the configuration, else in UTC', async () => {
    const hour = async (options: object, context: object) =>
      (await (await train({ dimensions: ['time'], ...options })).parse('tomorrow at 3pm', { now: NOW, ...context }))
        .entities[0]?.value;
    const berlin = { timezone: 'Europe/Berlin' };
    const newYork = { timezone: 'America/New_York' };
    expect(await hour({}, {})).toBe('2026-03-12T15:00:00.000+00:00');
    expect(await hour(berlin, {})).toBe('2026-03-12T15:00:00.000+01:00');
    expect(await hour(berlin, newYork)).toBe('2026-03-12T15:00:00.000-04:00');
    expect(await hour(berlin, { timezone: 'Nowhere/Land' })).toBe('2026-03-12T15:00:00.000+01:00');
  });

  it('reads the words of its language, or of its locale', async () => {
    const dimensions = ['number'];
    expect(brief((await (await train({ dimensions }, 'de')).parse('dreizehn, thirteen')).entities)).toEqual([
      ['number', 13],
    ]);
    const english = await train({ dimensions, locale: 'en_GB' }, 'de');
    expect(brief((await english.parse('dreizehn, thirteen')).entities)).toEqual([['number', 13]]);
    expect((await english.parse('dreizehn, thirteen')).entities[0]?.text).toBe('thirteen');
    expect((await train({ dimensions }, 'fr')).notices).toEqual([expect.stringMatching(/English.*German.*fr_FR/)]);
  });

  it('reports unknown dimensions, and lists the known ones', async () => {
    const { notices } = await train({ dimensions: ['number', 'aura'] });
    expect(notices).toEqual([expect.stringMatching(/DucklingEntityExtractor.*aura.*email.*ticket-number.*time/)]);
  });

  it.each([
    [{ timezone: 'Berlin' }, /timezone.*Europe\/Berlin/],
    [{ url: 'localhost' }, /url.*http:\/\/localhost:8000/],
    [{ url: 'file:///etc/passwd' }, /url/],
    [{ timeout: 0 }, /timeout/],
    [{ dimensions: 'time' }, /dimensions.*list/],
  ])('refuses %j', async (options, message) => {
    await expect(train(options)).rejects.toThrow(message);
  });
});

describe('a Duckling server', () => {
  const url = 'http://duckling:8000';

  it('is called by the model, even after it was saved', async () => {
    const trained = await train({ url, dimensions: ['time', 'number', 'ticket-number'], timezone: 'UTC', timeout: 2 });
    const loaded = await NluModel.load(trained.toBytes());
    for (const model of [trained, loaded])
      expect(model.ducklingServerFor('tomorrow')).toEqual({
        url,
        locale: 'en_EN',
        timezone: 'UTC',
        timeout: 2,
        dimensions: ['time', 'number'],
      });
    expect(trained.notices).toEqual([]);
  });

  it('is not called for a shortcut, or without a configuration', async () => {
    expect((await train({ url })).ducklingServerFor(' /greet')).toBeUndefined();
    expect((await train({ url })).ducklingServerFor('/unheard')?.url).toBe(url);
    expect((await train({})).ducklingServerFor('tomorrow')).toBeUndefined();
  });

  it('replaces the built-in recognizers, except for dimensions that it does not know', async () => {
    const model = await train({ url });
    const text = 'quarter past nope, 3 things, INC0012345';
    const given = (entity: string, start: number, end: number): Entity => ({
      entity,
      start,
      end,
      value: 'theirs',
      additional_info: { value: 'theirs', type: 'value' },
    });
    const duckling = [given('time', 0, 17), given('number', 32, 39)];
    expect(brief((await model.parse(text, { now: NOW, duckling })).entities)).toEqual([
      ['time', 'theirs'],
      ['ticket-number', 'INC0012345'],
    ]);
    expect(brief((await model.parse(text, { now: NOW })).entities)).toEqual([
      ['number', 3],
      ['ticket-number', 'INC0012345'],
    ]);
  });
});
