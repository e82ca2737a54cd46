import { Injectable } from '@nestjs/common';
import { ModelTest, ModelTrain, type DataOf } from '#contracts';
import { InnerServicesClient } from './inner-services.client.js';

/** As long as Rasa's server lets a response take. */
const TIMEOUT_MS = 3_600_000;

const NOBODY_TRAINS = {
  timeoutMs: TIMEOUT_MS,
  ifNobody: 'Training and testing are not available here. Use `helpdesk run`, `helpdesk train` or `helpdesk test`.',
};

/** A model that was just trained. */
export interface TrainedModel {
  fileName: string;
  content: Buffer;
}

/** Trains and tests models: whoever is on the bus for it does, which `helpdesk run` is. */
@Injectable()
export class TrainingClient {
  /** Trainings that are going on. */
  active = 0;

  constructor(private readonly inner: InnerServicesClient) {}

  /** @throws Problem with what is wrong with the data, or 501 where nobody trains. */
  async train(asked: DataOf<typeof ModelTrain>): Promise<TrainedModel> {
    this.active++;
    try {
      const { file, content } = await this.inner.ask(ModelTrain, asked, NOBODY_TRAINS);
      return { fileName: file, content: Buffer.from(content, 'base64') };
    } finally {
      this.active--;
    }
  }

  /** @throws Problem as above. */
  async test(asked: DataOf<typeof ModelTest>): Promise<Record<string, unknown>> {
    return (await this.inner.ask(ModelTest, asked, NOBODY_TRAINS)).report;
  }
}
