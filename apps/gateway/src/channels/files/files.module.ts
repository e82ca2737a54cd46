import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type FastifyInstance } from 'fastify';
import { prepareFileBodies } from './file-body.js';
import { FileController } from './file.controller.js';
import { FileLimitsService } from './file-limits.service.js';

/** The channel for files. */
@Module({ controllers: [FileController], providers: [FileLimitsService] })
export class TakeFileModule {
  constructor(http: HttpAdapterHost) {
    prepareFileBodies(http.httpAdapter.getInstance<FastifyInstance>());
  }
}
