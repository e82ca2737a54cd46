import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Config, type Domain, readAssistant, readConfigFile } from '#assistant';
import { domainOf, type LabelledText, nluDataOf, type TrainingInput } from '#nlu-engine';
import { type LabelledData, readLabelledFiles } from './labelled-files.js';

/** The locations of the texts, examples and configurations; absolute paths. */
export interface SubjectOptions {
  assistant: string;
  nlu?: string;
  train?: string;
  crossValidation: boolean;
  /** One or two configurations; the second is compared with the first. */
  config: string[];
}

/** A configuration with the name of its file. */
export interface NamedConfig extends Config {
  name: string;
  language: string;
}

/** The test data and the training data. */
export interface Subject {
  /** Texts to test; in a cross-validation also the training data. */
  test: LabelledText[];
  /** Name of the data, for the report. */
  dataName: string;
  configs: NamedConfig[];
  /** Undefined: the assistant's existing model is tested. */
  trainingOf?: ((config: NamedConfig, examples?: readonly LabelledText[]) => TrainingInput) | undefined;
}

/** @throws Error with one line that names the invalid option or file */
export async function readSubject(options: SubjectOptions): Promise<Subject> {
  const { crossValidation, nlu, train: trainPath, config: configPaths } = options;
  if (crossValidation && trainPath)
    throw new Error('--cross-validation trains on parts of the --nlu data; leave --train out.');
  if (configPaths.length > 2) throw new Error('At most two configurations can be compared.');
  const usesAssistant = !nlu || (!trainPath && !crossValidation);
  const assistant = usesAssistant ? (await readAssistant(options.assistant)).assistant : undefined;
  const test: LabelledData = nlu ? await readLabelledFiles(nlu) : assistant!.nlu;
  if (test.examples.length === 0) throw new Error(`${options.assistant} has no examples of intents to test.`);
  const learned = trainPath ? await readLabelledFiles(trainPath) : crossValidation ? test : assistant!.nlu;
  const isOwnModel = !crossValidation && !trainPath && configPaths.length === 0;
  return {
    test: test.examples,
    dataName: basename(nlu ?? options.assistant),
    configs: await readConfigs(options),
    trainingOf: isOwnModel
      ? undefined
      : trainingFrom(learned, learned === assistant?.nlu ? assistant.domain : undefined),
  };
}

function trainingFrom(data: LabelledData, domain: Domain | undefined): NonNullable<Subject['trainingOf']> {
  return ({ language, pipeline, languages }, examples = data.examples) => {
    const nlu = nluDataOf(examples, data);
    return { language, pipeline, languages, nlu, domain: domain ?? domainOf(nlu) };
  };
}

async function readConfigs({ assistant, config }: SubjectOptions): Promise<NamedConfig[]> {
  const own = join(assistant, 'config.yml');
  if (
    config.length === 0 &&
    !(await access(own).then(
      () => true,
      () => false,
    ))
  )
    return [{ name: 'the default pipeline', language: 'en', policies: [] }];
  const files = config.length > 0 ? config : [own];
  const configs = await Promise.all(files.map(readConfigFile));
  const isSameName = files.length > 1 && basename(files[0]!) === basename(files[1]!);
  return configs.map((each, at) => ({ ...each, name: isSameName ? files[at]! : basename(files[at]!) }));
}
