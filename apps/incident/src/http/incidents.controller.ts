import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type IncidentAction, type IncidentView, type RefusalReason } from '#contracts';
import { Problem, SETTINGS } from '#service';
import { BackendFailure } from '../ports/backend-failure.js';
import { IncidentBackend } from '../ports/incident-backend.js';
import { type OperationOutcome, type OperationRequest } from '../storage/operation.js';
import { OperationWorker } from '../operations/operation.worker.js';
import { IncidentFinder, type Wanted } from '../lookup/incident.finder.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { ApiGuard } from '../authentication/api.guard.js';
import { ApiOrderProblems, ApiProblems, IncidentAnswer, IncidentsAnswer, OrderAnswer } from './incident.answers.js';
import {
  CallerQuery,
  CommentRequest,
  IncidentsQuery,
  OpenIncidentRequest,
  TransitionRequest,
} from './incident.requests.js';

const REFUSALS: Record<RefusalReason, { status: number; detail: string }> = {
  'unknown-caller': { status: 422, detail: 'The ticket system has no active user with this address.' },
  'not-confirmed': { status: 403, detail: 'This requires a confirmed address.' },
  'not-found': { status: 404, detail: 'This caller has no such incident.' },
  'not-allowed': { status: 409, detail: 'The state of the incident does not allow this.' },
  rejected: { status: 422, detail: 'The ticket system refused this. GET /operations?state=parked says why.' },
  unsupported: { status: 422, detail: 'This ticket system does not support this.' },
  'given-up': {
    status: 503,
    detail: 'This failed and was parked. POST /operations/{id}/retry tries again.',
  },
};

/** Incidents for programs. A client with the token asserts the caller's address. */
@ApiTags('incidents')
@ApiBearerAuth()
@Controller('incidents')
@UseGuards(ApiGuard)
export class IncidentsController {
  constructor(
    private readonly worker: OperationWorker,
    private readonly finder: IncidentFinder,
    private readonly backend: IncidentBackend,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Opens an incident: 201 with its number, or 202 when the number follows.' })
  @ApiResponse({ status: 201, type: OrderAnswer })
  @ApiOrderProblems()
  open(@Body() request: OpenIncidentRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const { operation_id, email, title, description, priority } = request;
    return this.order(operation_id, { kind: 'open', email, title, description, priority }, 201, reply);
  }

  @Get()
  @ApiOperation({ summary: 'The incidents of a caller, newest first.' })
  @ApiResponse({ status: 200, type: IncidentsAnswer })
  @ApiProblems(503)
  async list(@Query() { email, about, open }: IncidentsQuery): Promise<{ incidents: IncidentView[] }> {
    return { incidents: await this.find(email, { ...(about && { about }), onlyOpen: open === 'true' }) };
  }

  @Get(':number')
  @ApiOperation({ summary: 'One incident of a caller. An incident of somebody else is not found.' })
  @ApiResponse({ status: 200, type: IncidentAnswer })
  @ApiProblems(404, 503)
  async get(@Param('number') number: string, @Query() { email }: CallerQuery): Promise<IncidentView> {
    const [incident] = await this.find(email, { number });
    if (!incident) throw new Problem(404, { detail: REFUSALS['not-found'].detail });
    return incident;
  }

  @Post(':number/comments')
  @HttpCode(200)
  @ApiOperation({ summary: 'Adds a comment of the caller.' })
  @ApiResponse({ status: 200, type: OrderAnswer })
  @ApiOrderProblems()
  comment(
    @Param('number') number: string,
    @Body() { operation_id, email, text }: CommentRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return this.change(operation_id, email, number, { kind: 'comment', text }, reply);
  }

  @Post(':number/transitions')
  @HttpCode(200)
  @ApiOperation({ summary: 'Resolves, cancels, reopens or escalates an incident for its caller.' })
  @ApiResponse({ status: 200, type: OrderAnswer })
  @ApiOrderProblems()
  transition(
    @Param('number') number: string,
    @Body() { operation_id, email, to, note = '' }: TransitionRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return this.change(operation_id, email, number, { kind: 'move', to, note }, reply);
  }

  private change(
    id: string | undefined,
    email: string,
    number: string,
    action: IncidentAction,
    reply: FastifyReply,
  ): Promise<unknown> {
    return this.order(id, { kind: 'change', email, number, action }, 200, reply);
  }

  private async order(
    id: string = randomUUID(),
    request: OperationRequest,
    doneStatus: number,
    reply: FastifyReply,
  ): Promise<unknown> {
    this.refuseLocalMode();
    const outcome = await this.worker.execute(id, request, this.settings.INCIDENT_ANSWER_WITHIN_MS);
    void reply.header('Location', `/operations/${encodeURIComponent(id)}`);
    if (outcome.kind === 'refused') throw refusal(outcome, id);
    void reply.status(outcome.kind === 'recorded' ? 202 : doneStatus);
    const { kind, ...about } = outcome;
    return { operation_id: id, status: kind, ...about };
  }

  private async find(email: string, wanted: Wanted): Promise<IncidentView[]> {
    this.refuseLocalMode();
    try {
      const found = await this.finder.find(email, 'asserted', wanted);
      return found === 'withheld' ? [] : found;
    } catch (error) {
      if (!(error instanceof BackendFailure)) throw error;
      const retryAfter = error.retryAfterMs === undefined ? 30 : Math.ceil(error.retryAfterMs / 1_000);
      throw new Problem(503, { detail: `The ticket system does not answer (${error.kind}).`, retryAfter });
    }
  }

  private refuseLocalMode(): void {
    if (this.backend.capabilities.keepsIncidents) return;
    throw new Problem(503, { detail: 'Local mode stores no incidents: set INCIDENT_BACKEND to another backend.' });
  }
}

function refusal({ reason }: Extract<OperationOutcome, { kind: 'refused' }>, operationId: string): Problem {
  const { status, detail } = REFUSALS[reason];
  return new Problem(status, { detail, reason, operation_id: operationId });
}
