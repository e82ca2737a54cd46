import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LOGGER } from '#service';
import { ServiceNowSim } from '#servicenow-simulator';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { configFor } from './backend.fixture.js';
import { ServiceNowModule } from './servicenow.module.js';

it('The service uses ServiceNow when its address is set, and logs at the start what is wrong there', async () => {
  const sim = await ServiceNowSim.start();
  const lines: string[] = [];
  const logged = new Promise<void>((resolve) => {
    const logger = pino({ level: 'warn' }, { write: (line: string) => (lines.push(line), resolve()) });
    void start(logger);
  });
  let close: () => Promise<void> = () => Promise.resolve();
  async function start(logger: object): Promise<void> {
    @Global()
    @Module({ providers: [{ provide: LOGGER, useValue: logger }], exports: [LOGGER] })
    class LogModule {}
    @Module({ imports: [LogModule, ServiceNowModule.with(configFor(sim.url, { closeCode: 'Nonsense' }))] })
    class ServiceModule {}
    const app = await NestFactory.createApplicationContext(ServiceModule, { logger: false });
    close = () => app.close();
    expect(app.get(IncidentBackend).name).toBe('servicenow');
  }
  await logged;
  expect(lines.join()).toContain('SERVICENOW_CLOSE_CODE');
  await close();
  await sim.close();
});
