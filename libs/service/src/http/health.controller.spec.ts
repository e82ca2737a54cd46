import { describe, expect, it, jest } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController, Readiness, type ReadinessCheck } from './health.controller.js';
import { Problem } from './problem.filter.js';

jest.unstable_mockModule('@fastify/static', () => ({ default: async () => undefined }));

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Readiness],
})
class HealthModule {}

async function health(checks: Record<string, ReadinessCheck>, notes: Record<string, () => string | undefined> = {}) {
  const app = await NestFactory.createApplicationContext(HealthModule, { logger: false });
  const readiness = app.get(Readiness);
  for (const [name, check] of Object.entries(checks)) readiness.add(name, check);
  for (const [name, note] of Object.entries(notes)) readiness.inform(name, note);
  return { controller: app.get(HealthController), readiness };
}

describe('The health of a service', () => {
  it('is alive even if something is missing', async () => {
    const { controller } = await health({ database: () => 'away' });
    expect(controller.live()).toEqual({ status: 'ok' });
  });

  it('is ready when no check reports a problem', async () => {
    const { controller, readiness } = await health({ bus: () => undefined, database: async () => undefined });
    expect(await controller.ready()).toMatchObject({
      status: 'ok',
      info: { bus: { status: 'up' }, database: { status: 'up' } },
    });
    expect(await readiness.problems()).toEqual([]);
  });

  it('is not ready while any check fails, and names each failure with its reason', async () => {
    const { controller, readiness } = await health({
      bus: () => 'the broker is away',
      model: () => undefined,
      database: async () => 'the database is away',
    });
    const error = await controller.ready().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Problem);
    const { detail, info, error: down } = (error as Problem).getResponse() as Record<string, unknown>;
    expect((error as Problem).getStatus()).toBe(503);
    expect(detail).toBe('Not ready. bus: the broker is away; database: the database is away');
    expect(info).toEqual({ model: { status: 'up' } });
    expect(Object.keys(down as object)).toEqual(['bus', 'database']);
    expect(await readiness.problems()).toEqual(['bus: the broker is away', 'database: the database is away']);
  });

  it('is ready despite a note, and shows it', async () => {
    const { controller, readiness } = await health({}, { helper: () => 'the helper is away', other: () => undefined });
    expect(await controller.ready()).toMatchObject({
      status: 'ok',
      info: { helper: { status: 'up', message: 'the helper is away' }, other: { status: 'up' } },
    });
    expect(await readiness.problems()).toEqual([]);
  });

  it('runs the checks anew each time', async () => {
    let problem: string | undefined = 'starting';
    const { controller } = await health({ model: () => problem });
    await expect(controller.ready()).rejects.toThrow();
    problem = undefined;
    expect((await controller.ready()).status).toBe('ok');
  });
});
