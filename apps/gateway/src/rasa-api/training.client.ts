import { Injectable } from '@nestjs/common';
import { ModelTest, ModelTrain, type DataOf } from '#contracts';
import { InnerServicesClient } from './inner-services.client.js';

/** The response time limit of Rasa's server, in milliseconds. */
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

/** Asks for trainings and tests over the bus. `helpdesk run` answers these requests. */
@Injectable()
export class TrainingClient {
  /** Number of trainings in progress. */
  active = 0;

  constructor(private readonly inner: InnerServicesClient) {}

  /** @throws Problem describing the error in the data, or 501 when no service trains */
  async train(asked: DataOf<typeof ModelTrain>): Promise<TrainedModel> {
    this.active++;
    try {
      const { file, content } = await this.inner.ask(ModelTrain, asked, NOBODY_TRAINS);
      return { fileName: file, content: Buffer.from(content, 'base64') };
    } finally {
      this.active--;
    }
  }

  /** @throws Problem like `train` */
  async test(asked: DataOf<typeof ModelTest>): Promise<Record<string, unknown>> {
    return (await this.inner.ask(ModelTest, asked, NOBODY_TRAINS)).report;
  }
}
