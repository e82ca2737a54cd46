import { type ComponentConfig, type Domain, type NluData } from '#assistant/model';

/** What a model is trained from. */
export interface TrainingInput {
  /** The default language: of examples that do not say theirs, and of texts that could be any. */
  language: string;
  /** Missing: the default pipeline. Empty: deliberately none, so only message shortcuts are understood. */
  pipeline?: ComponentConfig[] | undefined;
  /** Further languages; each has a pipeline of its own, which is the default one when it is missing. */
  languages?: Record<string, { pipeline?: ComponentConfig[] | undefined }> | undefined;
  domain: Domain;
  nlu: NluData;
}
