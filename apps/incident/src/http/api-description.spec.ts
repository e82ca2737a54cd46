import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { SETTINGS } from '#service';
import { IncidentBackend } from '../ports/incident-backend.js';
import { OperationStore } from '../operations/operation.store.js';
import { OperationWorker } from '../operations/operation.worker.js';
import { IncidentFinder } from '../lookup/incident.finder.js';
import { IS_LOCAL } from '../authentication/api.guard.js';
import { IncidentsController } from './incidents.controller.js';
import { OperationsController } from './operations.controller.js';

@Module({
  controllers: [IncidentsController, OperationsController],
  // Nothing is called: only the description is read.
  providers: [OperationStore, OperationWorker, IncidentFinder, IncidentBackend, SETTINGS, IS_LOCAL].map((provide) => ({
    provide,
    useValue: {},
  })),
})
class ApiModule {}

async function described() {
  const app = await NestFactory.create(ApiModule, new FastifyAdapter(), { logger: false, abortOnError: false });
  const { paths, components } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
  await app.close();
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, { responses: Record<string, { content?: object }> }>).map(
      ([method, { responses }]) => ({ name: `${method.toUpperCase()} ${path}`, responses }),
    ),
  );
  return { operations, schemas: components?.schemas ?? {} };
}

describe('The description of the HTTP API', () => {
  it('documents for each request the answer, and the errors for malformed requests and missing tokens', async () => {
    const { operations } = await described();
    expect(operations).toHaveLength(9);
    for (const { name, responses } of operations) {
      const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      expect([name, good.every(([, { content }]) => JSON.stringify(content)?.includes('$ref'))]).toEqual([name, true]);
      expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(['400', '401'])]);
    }
  });

  it('documents that a request may be recorded for later, or refused', async () => {
    const { operations } = await described();
    const orders = operations.filter(({ name }) => /^POST \/incidents/.test(name));
    expect(orders).toHaveLength(3);
    for (const { responses } of orders)
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['202', '404', '409', '422', '503']));
  });

  it('documents the properties of an incident', async () => {
    const { schemas } = await described();
    expect(schemas['IncidentAnswer']).toMatchObject({ properties: { number: {}, state: {}, actions: {} } });
  });
});
