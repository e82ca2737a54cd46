import { readFile } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import { NluModel } from '#nlu-engine';
import { type Understanding } from '#contracts';

/** The model that answers. */
@Injectable()
export class TrainedModel {
  private constructor(private readonly model: NluModel) {}

  /** @throws Error with one sentence that says what to do when the file is missing, damaged or of another version. */
  static async load(file: string): Promise<TrainedModel> {
    let bytes: Buffer;
    try {
      bytes = await readFile(file);
    } catch {
      throw new Error(`There is no model at ${file}. Train one with \`bin/helpdesk train\`.`);
    }
    try {
      return new TrainedModel(NluModel.fromBytes(bytes));
    } catch (error) {
      throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  get fingerprint(): string {
    return this.model.fingerprint;
  }

  parse(text: string): Understanding {
    return this.model.parse(text);
  }
}
