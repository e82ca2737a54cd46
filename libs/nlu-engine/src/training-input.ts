import { type ComponentConfig, type Domain, type NluData } from '#assistant';

/** What a model is trained from. */
export interface TrainingInput {
  language: string;
  /** Missing: the default pipeline. Empty: deliberately none, so only message shortcuts are understood. */
  pipeline?: ComponentConfig[];
  domain: Domain;
  nlu: NluData;
}
