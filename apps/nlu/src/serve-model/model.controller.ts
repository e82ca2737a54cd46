import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { Body, Controller, Get, HttpCode, Inject, Put } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { type DataOf, type ModelReplace, type ModelShow, type ReplyOf } from '#contracts';
import { Problem } from '#service';
import { ModelRefusedError } from './loaded-model.js';
import { ServedModelService } from './served-model.service.js';

/** Injection token of the folder from which models may be loaded. */
export const MODELS_FOLDER = Symbol('models folder');

export class ReplaceModelRequest {
  @ApiProperty({ example: 'nlu.model', description: 'a file in the folder of models' })
  @IsString()
  @MinLength(1)
  @MaxLength(1_000)
  model_file!: string;
}

class RefusedModel {
  @ApiProperty() file!: string;
  @ApiProperty() reason!: string;
  @ApiProperty() at!: string;
}

export class ModelDescription {
  @ApiProperty() model_file!: string;
  @ApiProperty({ description: 'the same for the same training data, configuration and seed' }) fingerprint!: string;
  @ApiProperty() size_in_bytes!: number;
  @ApiProperty({ description: 'time since when this model is served' }) loaded_at!: string;
  @ApiProperty({ description: 'the default language first', type: [String] }) languages!: readonly string[];
  @ApiProperty({ type: [String] }) intents!: readonly string[];
  @ApiProperty({ type: [String] }) entities!: readonly string[];
  @ApiProperty({ description: 'number of training examples' }) examples!: number;
  @ApiProperty({ description: 'components of the default language', type: [String] }) pipeline!: readonly string[];
  @ApiProperty({ description: 'parts of the configuration that have no effect', type: [String] })
  notices!: readonly string[];
  @ApiProperty({ required: false, description: 'the latest refused file since then' }) refused?: RefusedModel;
}

@ApiTags('nlu')
@Controller('model')
export class ModelController {
  constructor(
    private readonly served: ServedModelService,
    @Inject(MODELS_FOLDER) private readonly folder: string,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Returns the status of the served model: its file, since when it is served, and its content.',
  })
  @ApiResponse({ status: 200, type: ModelDescription })
  describe(): ModelDescription {
    const { model, about } = this.served;
    const { languages, intents, entities, examples, pipeline } = model.info;
    const { refusal } = about;
    return {
      model_file: about.file,
      fingerprint: model.fingerprint,
      size_in_bytes: about.sizeInBytes,
      loaded_at: about.loadedAt.toISOString(),
      ...{ languages, intents, entities, examples, pipeline },
      notices: model.notices,
      ...(refusal && { refused: { ...refusal, at: refusal.at.toISOString() } }),
    };
  }

  @Put()
  @HttpCode(204)
  @ApiOperation({ summary: 'Serves another model from the folder of models until the next start.' })
  @ApiResponse({ status: 204, description: 'It answers.' })
  @ApiResponse({ status: 400, description: 'The model cannot be used. The old one is still served.' })
  async replace(@Body() { model_file }: ReplaceModelRequest): Promise<void> {
    const reason = await this.serve(model_file);
    if (reason !== undefined) throw new Problem(400, { detail: reason });
  }

  /** Returns the status for the gateway. */
  @MessagePattern<string>('model.show.v1')
  show(@Payload() _part: DataOf<typeof ModelShow>): ReplyOf<typeof ModelShow> {
    return { file: this.served.about.file, fingerprint: this.served.model.fingerprint };
  }

  /** Replaces the model for the gateway, like `PUT`. */
  @MessagePattern<string>('model.replace.v1')
  async answerReplace(@Payload() { file }: DataOf<typeof ModelReplace>): Promise<ReplyOf<typeof ModelReplace>> {
    const reason = await this.serve(file);
    return reason === undefined ? { kind: 'replaced' } : { kind: 'refused', cause: 'invalid', message: reason };
  }

  /** Serves another model. Returns the reason if it cannot be used; the old one is then still served. */
  private async serve(name: string): Promise<string | undefined> {
    try {
      const file = await this.inFolder(name);
      if (file === undefined) return `There is no model ${name} in ${this.folder}.`;
      await this.served.replace(file);
      return undefined;
    } catch (error) {
      if (error instanceof ModelRefusedError) return error.message;
      throw error;
    }
  }

  /** Follows links before it checks that the file is in the folder. */
  private async inFolder(name: string): Promise<string | undefined> {
    const file = resolve(this.folder, name);
    const path = await Promise.all([realpath(this.folder), realpath(file)])
      .then(([folder, real]) => relative(folder, real))
      .catch(() => undefined);
    const isInside = path !== undefined && path !== '' && !path.startsWith('..') && !isAbsolute(path);
    return isInside ? file : undefined;
  }
}
