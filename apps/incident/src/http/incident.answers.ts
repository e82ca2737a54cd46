import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';

/** An incident as its caller can see it. */
export class IncidentAnswer {
  @ApiProperty({ example: 'INC0010008' })
  number!: string;

  @ApiProperty({ description: 'in words', example: 'in progress' })
  state!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ description: 'as the ticket system displays it', example: '2 - High' })
  priority!: string;

  @ApiProperty({ description: 'whether it still needs work' })
  isOpen!: boolean;

  @ApiProperty({ type: [String], description: 'actions that its caller can take now', example: ['comment', 'resolve'] })
  actions!: string[];
}

export class IncidentsAnswer {
  @ApiProperty({ type: [IncidentAnswer] })
  incidents!: IncidentAnswer[];
}

/** The result of an order. */
export class OrderAnswer {
  @ApiProperty({ description: 'id for /operations/{id}; a repeated order with the same id is not executed again' })
  operation_id!: string;

  @ApiProperty({ enum: ['opened', 'changed', 'recorded'] })
  status!: string;

  @ApiPropertyOptional({ description: 'absent while the order is only recorded', example: 'INC0010008' })
  number?: string;

  @ApiPropertyOptional({ description: 'for an opened incident' })
  priority?: string;

  @ApiPropertyOptional({ description: 'state in words, for a changed incident' })
  state?: string;
}

export class OperationAnswer {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['open', 'change'] })
  kind!: string;

  @ApiPropertyOptional({ description: 'number of the incident to change' })
  number?: string;

  @ApiPropertyOptional({ enum: ['comment', 'attach', 'move'] })
  action?: string;

  @ApiProperty({ enum: ['pending', 'done', 'refused', 'parked'] })
  state!: string;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ format: 'date-time' })
  recorded_at!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'only while pending' })
  next_attempt_at?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  settled_at?: string;

  @ApiPropertyOptional({ description: 'why the last attempt failed' })
  last_failure?: string;

  @ApiPropertyOptional({ type: Object, description: 'the answer to the request' })
  outcome?: object;
}

export class OperationsAnswer {
  @ApiProperty({ type: [OperationAnswer] })
  operations!: OperationAnswer[];
}

const FAILURES = {
  400: 'The request is malformed; `detail` says what to change.',
  401: 'The token (INCIDENT_API_TOKEN) is missing or wrong.',
  403: 'No token is set, and the request comes from another machine.',
  404: 'The resource does not exist or belongs to somebody else.',
  409: 'The current state does not allow this.',
  422: 'The ticket system refuses this; `reason` says why.',
  503: 'The ticket system or the database does not answer; `Retry-After` says when to try again.',
};

/** Documents the problems (RFC 9457) that an endpoint can answer with. */
export const ApiProblems = (...statuses: (keyof typeof FAILURES)[]) =>
  applyDecorators(
    ...([400, 401, 403, ...statuses] as const).map((status) =>
      ApiResponse({ status, description: FAILURES[status], content: { 'application/problem+json': {} } }),
    ),
  );

/** Documents the answers to every order besides success. */
export const ApiOrderProblems = () =>
  applyDecorators(
    ApiResponse({ status: 202, type: OrderAnswer, description: 'Recorded. It will be executed later.' }),
    ApiProblems(404, 409, 422, 503),
  );
