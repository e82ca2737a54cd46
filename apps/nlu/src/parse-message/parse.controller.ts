import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { MAX_TEXT_LENGTH, type Understanding } from '#contracts';
import { TrainedModel } from '../trained-model.js';

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

@ApiTags('nlu')
@Controller('model')
export class ParseController {
  constructor(private readonly model: TrainedModel) {}

  @Post('parse')
  @HttpCode(200)
  @ApiOperation({ summary: "Intent, ranking and entities of a text, in Rasa's shape." })
  parse(@Body() { text }: ParseRequest): Understanding {
    return this.model.parse(text);
  }
}
