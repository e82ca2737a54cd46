import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, ApiResponse } from '@nestjs/swagger';

/** An incident as its caller may see it. */
export class IncidentAnswer {
  @ApiProperty({ example: 'INC0010008' })
  number!: string;

  @ApiProperty({ description: 'in words', example: 'in progress' })
  state!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ format: 'date-time' })
  openedAt!: string;

  @ApiProperty({ description: 'in the words of the ticket system', example: '2 - High' })
  priority!: string;

  @ApiProperty({ description: 'whether something is still to be done' })
  isOpen!: boolean;

  @ApiProperty({ type: [String], description: 'what its caller can do with it now', example: ['comment', 'resolve'] })
  actions!: string[];
}

export class IncidentsAnswer {
  @ApiProperty({ type: [IncidentAnswer] })
  incidents!: IncidentAnswer[];
}

/** What came of an order. */
export class OrderAnswer {
  @ApiProperty({ description: 'ask for it at /operations/{id}; sent again, the order is not executed again' })
  operation_id!: string;

  @ApiProperty({ enum: ['opened', 'changed', 'recorded'] })
  status!: string;

  @ApiPropertyOptional({ description: 'missing while it is only recorded', example: 'INC0010008' })
  number?: string;

  @ApiPropertyOptional({ description: 'of an incident that was opened' })
  priority?: string;

  @ApiPropertyOptional({ description: 'of an incident that was changed, in words' })
  state?: string;
}

export class OperationAnswer {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['open', 'change'] })
  kind!: string;

  @ApiPropertyOptional({ description: 'of the incident that is to be changed' })
  number?: string;

  @ApiPropertyOptional({ enum: ['comment', 'attach', 'move'] })
  action?: string;

  @ApiProperty({ enum: ['pending', 'done', 'refused', 'parked'] })
  state!: string;

  @ApiProperty()
  attempts!: number;

  @ApiProperty({ format: 'date-time' })
  recorded_at!: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'while it is pending' })
  next_attempt_at?: string;

  @ApiPropertyOptional({ format: 'date-time' })
  settled_at?: string;

  @ApiPropertyOptional({ description: 'why the last attempt failed' })
  last_failure?: string;

  @ApiPropertyOptional({ type: Object, description: 'what whoever asked was answered' })
  outcome?: object;
}

export class OperationsAnswer {
  @ApiProperty({ type: [OperationAnswer] })
  operations!: OperationAnswer[];
}

const FAILURES = {
  400: 'The request cannot be understood; `detail` says what to change.',
  401: 'The token of INCIDENT_API_TOKEN is missing or wrong.',
  403: 'No token is set, and the request comes from another machine.',
  404: 'There is no such thing, or it is somebody else’s.',
  409: 'It is in a state that does not allow this.',
  422: 'The ticket system refuses this; `reason` says why.',
  503: 'The ticket system or the database does not answer; `Retry-After` says when to try again.',
};

/** Says in the API’s description which problems (RFC 9457) an endpoint answers with. */
export const ApiProblems = (...statuses: (keyof typeof FAILURES)[]) =>
  applyDecorators(
    ...([400, 401, 403, ...statuses] as const).map((status) =>
      ApiResponse({ status, description: FAILURES[status], content: { 'application/problem+json': {} } }),
    ),
  );

/** What every order to the ticket system may answer besides that it was done. */
export const ApiOrderProblems = () =>
  applyDecorators(
    ApiResponse({ status: 202, type: OrderAnswer, description: 'Recorded: it is executed later.' }),
    ApiProblems(404, 409, 422, 503),
  );
