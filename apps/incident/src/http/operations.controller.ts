import { Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Problem } from '#service';
import { type RecordedOperation, OperationStore } from '../operations/operation.store.js';
import { OperationWorker } from '../operations/operation.worker.js';
import { ApiGuard } from '../authentication/api.guard.js';
import { ApiProblems, OperationAnswer, OperationsAnswer } from './incident.answers.js';
import { OperationsQuery } from './incident.requests.js';

/** Requests to the ticket system and their results, for operators. Texts that people wrote are left out. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('operations')
@UseGuards(ApiGuard)
export class OperationsController {
  constructor(
    private readonly operations: OperationStore,
    private readonly worker: OperationWorker,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Operations, newest first.' })
  @ApiResponse({ status: 200, type: OperationsAnswer })
  @ApiProblems(503)
  async list(@Query() { state, limit = 50 }: OperationsQuery): Promise<{ operations: unknown[] }> {
    return { operations: (await this.operations.list(state, limit)).map(shown) };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One operation.' })
  @ApiResponse({ status: 200, type: OperationAnswer })
  @ApiProblems(404, 503)
  async get(@Param('id') id: string): Promise<unknown> {
    return shown(await this.known(id));
  }

  @Post(':id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Retries a parked operation. The requester is notified of the outcome.' })
  @ApiResponse({ status: 202, type: OperationAnswer })
  @ApiProblems(404, 409, 503)
  async retry(@Param('id') id: string): Promise<unknown> {
    if (!(await this.operations.retry(id, new Date()))) throw await this.notIn(id, 'parked');
    void this.worker.poll();
    return shown(await this.known(id));
  }

  @Post(':id/park')
  @HttpCode(200)
  @ApiOperation({ summary: 'Parks a pending operation. The requester is notified.' })
  @ApiResponse({ status: 200, type: OperationAnswer })
  @ApiProblems(404, 409, 503)
  async park(@Param('id') id: string): Promise<unknown> {
    if (!(await this.worker.park(id))) throw await this.notIn(id, 'pending');
    return shown(await this.known(id));
  }

  private async notIn(id: string, state: string): Promise<Problem> {
    const { state: actual } = await this.known(id);
    return new Problem(409, { detail: `The operation is ${actual}; this requires one that is ${state}.` });
  }

  private async known(id: string): Promise<RecordedOperation> {
    const operation = await this.operations.get(id);
    if (!operation) throw new Problem(404, { detail: 'The operation does not exist.' });
    return operation;
  }
}

function shown(operation: RecordedOperation): unknown {
  const { id, request, state, outcome, attempts, notBefore, lastFailure, recordedAt, settledAt } = operation;
  const what = request.kind === 'change' ? { number: request.number, action: request.action.kind } : {};
  return {
    id,
    kind: request.kind,
    ...what,
    state,
    attempts,
    recorded_at: recordedAt,
    ...(state === 'pending' && { next_attempt_at: notBefore }),
    ...(settledAt && { settled_at: settledAt }),
    ...(lastFailure !== null && { last_failure: lastFailure }),
    ...(outcome && { outcome }),
  };
}
