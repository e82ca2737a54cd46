import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { MAX_TEXT_LENGTH, type DataOf, type TextParse, type Understanding } from '#contracts';
import { TextParser } from './text-parser.service.js';

/** Maximum number of texts in one request. The service limits the size of the body as well. */
const MAX_TEXTS = 1_000;

export class ParseRequest {
  @ApiProperty({ example: 'my outlook does not start', maxLength: MAX_TEXT_LENGTH })
  @IsString()
  @MinLength(1)
  @MaxLength(MAX_TEXT_LENGTH)
  text!: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  message_id?: string;
}

export class ParseBatchRequest {
  @ApiProperty({ example: ['good morning', 'my outlook does not start'], maxItems: MAX_TEXTS, type: [String] })
  @IsArray()
  @ArrayMaxSize(MAX_TEXTS)
  @IsString({ each: true })
  @MaxLength(MAX_TEXT_LENGTH, { each: true })
  texts!: string[];
}

@ApiTags('nlu')
@Controller('model')
export class ParseController {
  constructor(private readonly parser: TextParser) {}

  @Post('parse')
  @HttpCode(200)
  @ApiOperation({ summary: "Returns intent, ranking and entities of a text in Rasa's format." })
  parse(@Body() { text, message_id }: ParseRequest): Promise<Understanding> {
    return this.parser.parse(text, { now: new Date() }, message_id);
  }

  /** Parses a text for the gateway. */
  @MessagePattern<string>('text.parse.v1')
  answer(@Payload() { text, messageId }: DataOf<typeof TextParse>): Promise<Understanding> {
    return this.parser.parse(text, { now: new Date() }, messageId);
  }

  @Post('parse/batch')
  @HttpCode(200)
  @ApiOperation({ summary: 'Parses up to 1000 texts (64 KB) and returns the results in the same order.' })
  parseBatch(@Body() { texts }: ParseBatchRequest): Promise<Understanding[]> {
    return this.parser.parseAll(texts, { now: new Date() });
  }
}
