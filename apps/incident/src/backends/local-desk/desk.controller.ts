import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { type FastifyReply } from 'fastify';
import { MAX_INCIDENT_TEXT_LENGTH, type Priority } from '#contracts';
import { LOGGER, Problem, type Logger } from '#service';
import { ApiGuard } from '../../authentication/api.guard.js';
import { ChangeListener } from '../../ports/change-listener.js';
import { DeskStore, idOf, numberOf, type DeskChange, type DeskIncident } from './desk.store.js';

const STATES = ['new', 'in-progress', 'on-hold', 'resolved', 'closed', 'canceled'] as const;
const WAITS = ['caller', 'vendor', 'change', 'problem'] as const;
const PRIORITIES: Priority[] = ['low', 'medium', 'high'];
const MOST_LISTED = 200;

export class DeskQuery {
  @ApiPropertyOptional({ enum: ['open', 'all'], default: 'open' })
  @IsOptional()
  @IsIn(['open', 'all'])
  show?: 'open' | 'all';

  @ApiPropertyOptional({ description: 'an incident number, or text in the title, the description or the address' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  text?: string;
}

export class DeskChangeRequest {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: DeskIncident['state'];

  @ApiPropertyOptional({ enum: WAITS, description: 'who an incident on hold waits for' })
  @IsOptional()
  @IsIn(WAITS)
  waits_for?: (typeof WAITS)[number];

  @ApiPropertyOptional({ description: 'the assignee; empty for nobody' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  assigned_to?: string;

  @ApiPropertyOptional({ enum: PRIORITIES })
  @IsOptional()
  @IsIn(PRIORITIES)
  priority?: Priority;
}

export class DeskCommentRequest {
  @ApiProperty({ maxLength: MAX_INCIDENT_TEXT_LENGTH })
  @IsString()
  @Length(1, MAX_INCIDENT_TEXT_LENGTH)
  text!: string;

  @ApiPropertyOptional({ description: 'who writes', default: 'IT' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ description: 'whether only the desk can read it', default: false })
  @IsOptional()
  @IsBoolean()
  internal?: boolean;
}

/** The desk's API: lists incidents, changes them, and writes to their callers. */
@ApiTags('local desk')
@ApiBearerAuth()
@Controller('desk/incidents')
@UseGuards(ApiGuard)
export class DeskController {
  constructor(
    private readonly desk: DeskStore,
    private readonly changes: ChangeListener,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Incidents, the newest first.' })
  async list(@Query() { show = 'open', text = '' }: DeskQuery): Promise<{ incidents: unknown[] }> {
    return { incidents: (await this.desk.list(show === 'open', text.trim(), MOST_LISTED)).map(listed) };
  }

  @Get(':number')
  @ApiOperation({ summary: 'One incident with its comments and files.' })
  async get(@Param('number') number: string): Promise<unknown> {
    return this.whole(await this.known(number));
  }

  @Patch(':number')
  @ApiOperation({ summary: 'Changes the state, the priority or the assignee. The caller is notified of a new state.' })
  async change(@Param('number') number: string, @Body() request: DeskChangeRequest): Promise<unknown> {
    const { id, state: before } = await this.known(number);
    const { state, waits_for, assigned_to, priority } = request;
    const change: DeskChange = {
      ...(assigned_to !== undefined && { assignedTo: assigned_to.trim() || null }),
      ...(priority && { priority }),
      ...(state && { state, waitsFor: state === 'on-hold' ? (waits_for ?? null) : null }),
      ...(state && state !== before && { resolvedAt: state === 'resolved' || state === 'closed' ? new Date() : null }),
    };
    if (Object.keys(change).length === 0) throw new Problem(400, { detail: 'Say what to change.' });
    await this.desk.change(id, change);
    this.notifyCaller(number);
    return this.whole(await this.known(number));
  }

  @Post(':number/comments')
  @HttpCode(201)
  @ApiOperation({ summary: 'Adds a comment for the caller, or a note for the desk.' })
  async comment(@Param('number') number: string, @Body() request: DeskCommentRequest): Promise<unknown> {
    const { id } = await this.known(number);
    const { text, name = 'IT', internal = false } = request;
    await this.desk.comment(id, { author: 'desk', name: name.trim() || 'IT', text, isInternal: internal });
    if (!internal) this.notifyCaller(number);
    return this.whole(await this.known(number));
  }

  @Get(':number/files/:file')
  @ApiOperation({ summary: 'A file that the caller attached.' })
  async file(
    @Param('number') number: string,
    @Param('file') file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const { id } = await this.known(number);
    const found = /^\d{1,9}$/.test(file) ? await this.desk.file(Number(file)) : undefined;
    if (found?.incidentId !== id) throw new Problem(404, { detail: 'This incident has no such file.' });
    // A stranger sent the file, so it is never displayed under this page's origin.
    void reply
      .type('application/octet-stream')
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`)
      .header('x-content-type-options', 'nosniff');
    return found.content;
  }

  private async known(number: string): Promise<DeskIncident> {
    const id = idOf(number);
    const incident = id === undefined ? undefined : await this.desk.get(id);
    if (!incident) throw new Problem(404, { detail: `There is no incident ${number}.` });
    return incident;
  }

  private async whole(incident: DeskIncident): Promise<unknown> {
    const [comments, files] = await Promise.all([this.desk.comments(incident.id), this.desk.files(incident.id)]);
    return {
      ...listed(incident),
      description: incident.description,
      comments: comments.map(({ author, name, text, isInternal, writtenAt }) => ({
        author,
        name,
        text,
        internal: isInternal,
        written_at: writtenAt,
      })),
      files: files.map(({ id, name, mediaType, addedAt }) => ({ id, name, type: mediaType, added_at: addedAt })),
    };
  }

  /** Notifies the caller at once. Without this, the next poll for changes would do it. */
  private notifyCaller(number: string): void {
    this.changes.incidentChanged(numberOf(idOf(number) ?? 0)).catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the caller could not be notified at once');
    });
  }
}

const listed = (incident: DeskIncident): Record<string, unknown> => {
  const { id, title, caller, state, waitsFor, priority, assignedTo, openedAt, updatedAt, resolvedAt } = incident;
  return {
    number: numberOf(id),
    title,
    caller,
    state,
    ...(waitsFor && { waits_for: waitsFor }),
    priority,
    assigned_to: assignedTo ?? '',
    opened_at: openedAt,
    updated_at: updatedAt,
    ...(resolvedAt && { resolved_at: resolvedAt }),
  };
};
