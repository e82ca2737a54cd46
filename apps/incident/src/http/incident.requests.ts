import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsEmail, IsIn, IsInt, IsOptional, IsString, Length, Max, MaxLength, Min } from 'class-validator';
import { MAX_ID_LENGTH, MAX_INCIDENT_TEXT_LENGTH, MAX_TITLE_LENGTH, type Priority } from '#contracts';
import { type OperationState } from '../storage/operation.js';
import { type Transition } from '../ports/incident.js';

const PRIORITIES: Priority[] = ['low', 'medium', 'high'];
const TRANSITIONS: Transition[] = ['resolve', 'cancel', 'reopen', 'escalate'];
const STATES: OperationState[] = ['pending', 'done', 'refused', 'parked'];

class Order {
  @ApiProperty({ description: 'address of the caller that the request is for', example: 'ann@example.com' })
  @IsEmail()
  @MaxLength(254)
  email!: string;

  @ApiPropertyOptional({ description: 'a repeated id has no further effect; generated when absent' })
  @IsOptional()
  @IsString()
  @Length(1, MAX_ID_LENGTH)
  operation_id?: string;
}

export class OpenIncidentRequest extends Order {
  @ApiProperty({ maxLength: MAX_TITLE_LENGTH })
  @IsString()
  @Length(1, MAX_TITLE_LENGTH)
  title!: string;

  @ApiProperty({ maxLength: MAX_INCIDENT_TEXT_LENGTH })
  @IsString()
  @Length(1, MAX_INCIDENT_TEXT_LENGTH)
  description!: string;

  @ApiProperty({ enum: PRIORITIES })
  @IsIn(PRIORITIES)
  priority!: Priority;
}

export class CommentRequest extends Order {
  @ApiProperty({ maxLength: MAX_INCIDENT_TEXT_LENGTH })
  @IsString()
  @Length(1, MAX_INCIDENT_TEXT_LENGTH)
  text!: string;
}

export class TransitionRequest extends Order {
  @ApiProperty({ enum: TRANSITIONS })
  @IsIn(TRANSITIONS)
  to!: Transition;

  @ApiPropertyOptional({ description: 'the caller’s reason' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_INCIDENT_TEXT_LENGTH)
  note?: string;
}

export class CallerQuery {
  @ApiProperty({ description: 'whose incidents', example: 'ann@example.com' })
  @IsEmail()
  @MaxLength(254)
  email!: string;
}

export class IncidentsQuery extends CallerQuery {
  @ApiPropertyOptional({ description: 'only incidents about this text, best match first' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_TITLE_LENGTH)
  about?: string;

  @ApiPropertyOptional({ description: 'only incidents that still need work' })
  @IsOptional()
  @Type(() => String)
  @IsIn(['true', 'false'])
  open?: string;
}

export class OperationsQuery {
  @ApiPropertyOptional({ enum: STATES })
  @IsOptional()
  @IsIn(STATES)
  state?: OperationState;

  @ApiPropertyOptional({ default: 50, maximum: 500 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit?: number;
}
