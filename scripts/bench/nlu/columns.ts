/** The compared columns: pipelines of this engine, and nlp.js. */
import { type Column } from './column.js';
import { trainNlpJs } from './nlpjs.js';
import { pipelines, trainPipeline } from './pipelines.js';

/** The columns by name. */
export const columns: Readonly<Record<string, Column>> = {
  light: { learnsEntities: true, train: (texts) => trainPipeline(pipelines.light, texts) },
  cascade: { learnsEntities: true, train: (texts) => trainPipeline(pipelines.cascade, texts) },
  accurate: { learnsEntities: true, train: (texts) => trainPipeline(pipelines.accurate, texts) },
  nlpjs: { learnsEntities: false, train: trainNlpJs },
};
