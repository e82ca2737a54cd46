import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { MAX_ID_LENGTH, MAX_TEXT_LENGTH } from '#contracts';

export class ParseBody {
  @ApiProperty({ example: 'my laptop is broken' })
  @IsString()
  @MaxLength(MAX_TEXT_LENGTH)
  text!: string;

  @ApiPropertyOptional({ example: 'm-1' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_ID_LENGTH)
  message_id?: string;
}

export class ReplaceBody {
  @ApiPropertyOptional({ example: 'nlu.model' })
  @IsOptional()
  @IsString()
  @Length(1, 1_000)
  model_file?: string;
}
