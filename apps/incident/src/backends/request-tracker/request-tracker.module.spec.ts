import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from '@jest/globals';
import { pino } from 'pino';
import { LOGGER } from '#service';
import { IncidentBackend } from '../../ports/incident-backend.js';
import { json, ScriptedInstance } from '../scripted-instance.fixture.js';
import { configFrom } from './backend.fixture.js';
import { RequestTrackerModule } from './request-tracker.module.js';

it('The service uses Request Tracker when its address is set, and logs at the start what is missing there', async () => {
  const server = await ScriptedInstance.start();
  server.answer(json(200, { Name: 'General', _hyperlinks: [], TicketCustomFields: [] }));
  const lines: string[] = [];
  let bothLogged: () => void = () => undefined;
  const logged = new Promise<void>((resolve) => (bothLogged = resolve));
  const write = (line: string) => {
    if (lines.push(line) === 2) bothLogged();
  };
  @Global()
  @Module({ providers: [{ provide: LOGGER, useValue: pino({ level: 'warn' }, { write }) }], exports: [LOGGER] })
  class LogModule {}
  const config = configFrom({ RT_URL: server.origin, RT_TOKEN: '1-2-abc' });
  @Module({ imports: [LogModule, RequestTrackerModule.with(config)] })
  class ServiceModule {}
  const app = await NestFactory.createApplicationContext(ServiceModule, { logger: false });
  expect(app.get(IncidentBackend).name).toBe('request-tracker');
  await logged;
  expect(lines.join()).toContain('CreateTicket');
  expect(lines.join()).toContain('RT_OPERATION_FIELD');
  await app.close();
  await server.close();
});
