import { type PipeTransform } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { isArray, IsNumber, isObject, IsObject, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Check } from 'typebox/value';
import { MAX_TEXT_LENGTH, Understanding } from '#contracts';
import { Problem, type Fields } from '#service';
import { Conforms } from '../accept-message/message.validation.js';

type Json = Record<string, unknown>;

/** Validates a list of events in Rasa's JSON. The dialogue service checks the content of the events. */
export class EventListPipe implements PipeTransform {
  transform(body: unknown): Json[] {
    if (!isArray(body)) throw new Problem(400, { detail: 'The body must be a list of events.' });
    body.forEach((event, index) => {
      if (!isObject(event)) throw new Problem(400, { detail: `Event ${index + 1} must be an object.` });
    });
    return body as Json[];
  }
}

export class ExecuteBody {
  @ApiProperty({ example: 'utter_greet' })
  @IsString()
  @MinLength(1)
  name!: string;

  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @IsString()
  policy?: string | null;

  @ApiPropertyOptional({ type: Number, nullable: true })
  @IsOptional()
  @IsNumber()
  confidence?: number | null;
}

export class TriggerBody {
  @ApiProperty({ example: 'inform' })
  @IsString()
  @MinLength(1)
  name!: string;

  @ApiPropertyOptional({
    description: 'an object of values by entity name, or a list of entities',
    example: { email: 'ann@example.com' },
  })
  @IsOptional()
  @Conforms(entitiesProblem)
  entities?: Json | ({ entity: string } & Json)[] | null;
}

export class MessageBody {
  @ApiProperty({ example: 'my laptop is broken' })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  text!: string;

  @ApiProperty({ example: 'user' })
  @IsString()
  sender!: string;

  @ApiPropertyOptional({
    type: Object,
    description: 'the parse result, as POST /model/parse returns it; when absent, the text is parsed',
  })
  @IsOptional()
  @IsObject()
  parse_data?: Json;

  @ApiPropertyOptional({ type: Object })
  @IsOptional()
  @IsObject()
  metadata?: Json;
}

function entitiesProblem(value: unknown): string | undefined {
  const list: unknown[] | undefined = isArray(value) ? value : undefined;
  if (!list) return isObject(value) ? undefined : 'entities must be an object or a list';
  const isNamed = (entity: unknown) => isObject<Json>(entity) && typeof entity['entity'] === 'string';
  return list.every(isNamed) ? undefined : 'each of the entities must be an object with the text "entity"';
}

/** The parse result that a caller sends with a message. Fields that Rasa allows to be absent are filled in. */
export function understandingOf({ text, parse_data = {} }: Fields<MessageBody>): Understanding {
  const { intent = {}, entities = [], intent_ranking } = parse_data;
  const named = { name: null, confidence: 0, ...(intent as object) };
  const understanding: unknown = {
    ...parse_data,
    text,
    intent: named,
    entities: Array.isArray(entities)
      ? entities.map((entity) => ({ start: 0, end: 0, ...(entity as object) }))
      : entities,
    intent_ranking: intent_ranking ?? [named],
  };
  if (Check(Understanding, understanding)) return understanding;
  throw new Problem(400, {
    detail: 'parse_data must have the format of POST /model/parse: an intent with name and confidence, and entities.',
  });
}
