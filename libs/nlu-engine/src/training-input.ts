import { type ComponentConfig, type Domain, type NluData } from '#assistant';

/** What a model is trained from. */
export interface TrainingInput {
  language: string;
  /** Empty: the default pipeline. */
  pipeline: ComponentConfig[];
  domain: Domain;
  nlu: NluData;
}
