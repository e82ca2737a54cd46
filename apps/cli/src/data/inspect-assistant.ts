import {
  type Assistant,
  AssistantError,
  type Finding,
  inspectCredentials,
  readAssistant,
  readEndpoints,
  readTestStories,
  saidByConversation,
  type TrainingExample,
} from '#assistant';
import { DialogueEngine, findStoryConflicts, InvalidAssistant } from '#dialogue-engine';
import { checkNluData, NluConfigError, type Pretrained, trainNlu } from '#nlu-engine';
import { isAboutRasaOnly } from './rasa-notices.js';
import { type Remark } from './remark.js';

export interface InspectOptions {
  /** The pretrained resources for pipelines. */
  pretrained: Pretrained;
  /** Number of states that are compared to find contradictory stories; all by default. */
  maxHistory?: number | null;
}

/**
 * Checks the assistant in a folder without training it: whether its files are readable, whether the examples are
 * useful, whether the pipeline can be built, and whether rules, stories and domain are consistent.
 */
export async function inspectAssistant(
  directory: string,
  { pretrained, maxHistory = null }: InspectOptions,
): Promise<Remark[]> {
  const { value: assistant, findings } = await findingsOf(async () => {
    const { assistant, findings } = await readAssistant(directory);
    return { value: assistant, findings };
  });
  const settings = [
    ...(await findingsOf(() => readEndpoints(directory))).findings,
    ...(await findingsOf(async () => ({ findings: await inspectCredentials(directory) }))).findings,
  ];
  if (!assistant) return distinct([...findings, ...settings]);
  const tests = await findingsOf(() => readTestStories(assistant));
  return distinct([
    ...findings,
    ...settings,
    ...tests.findings,
    ...(await pipelineRemarks(assistant, pretrained)),
    ...exampleRemarks(assistant),
    ...dialogueRemarks(assistant),
    ...findStoryConflicts(assistant, maxHistory),
    ...unsaidRemarks(assistant),
  ]);
}

async function findingsOf<Value>(
  read: () => Promise<{ value?: Value; findings: Finding[] }>,
): Promise<{ value?: Value; findings: Finding[] }> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AssistantError) return { findings: error.findings };
    throw error;
  }
}

/**
 * Trains the pipeline on one example of each intent and entity. That is fast, and checks the components, their options
 * and the regular expressions.
 */
async function pipelineRemarks(
  { language, config, domain, nlu }: Assistant,
  pretrained: Pretrained,
): Promise<Remark[]> {
  const { pipeline, languages } = config;
  const examples = oneOfEach(nlu.examples);
  const remark = (level: Remark['level'], message: string): Remark => {
    const name = /^\w+/.exec(message)?.[0];
    const component = pipeline?.find((candidate) => candidate.name.endsWith(name ?? ''));
    return { level, message, place: component?.place ?? { file: 'config.yml', line: 1 } };
  };
  try {
    const model = await trainNlu({ language, pipeline, languages, domain, nlu: { ...nlu, examples } }, { pretrained });
    return model.notices.map((notice) => remark(isAboutRasaOnly(notice) ? 'note' : 'warning', notice));
  } catch (error) {
    if (error instanceof NluConfigError) return [remark('error', error.message)];
    throw error;
  }
}

/** The examples that have an intent, a response or an entity that no earlier example has. */
function oneOfEach(examples: readonly TrainingExample[]): TrainingExample[] {
  const seen = new Set<string>();
  return examples.filter(({ language, intent, responseKey, entities }) => {
    const { size } = seen;
    for (const label of [`${intent}/${responseKey}`, ...entities.map(({ entity }) => entity)])
      seen.add(JSON.stringify([language, label]));
    return seen.size > size;
  });
}

/**
 * Remarks about the examples. A repetition within an intent is harmless, so it is only a note. The reader finds texts
 * with two labels.
 */
function exampleRemarks({ nlu }: Assistant): Remark[] {
  const repeated = checkNluData(nlu).filter(({ check }) => check !== 'two-intents');
  const isHarmless = (message: string) => message.endsWith(', of the same intent');
  return repeated.map(({ message, place, level }) => ({
    level: isHarmless(message) ? 'note' : level,
    message,
    ...(place && { place }),
  }));
}

function dialogueRemarks(assistant: Assistant): Remark[] {
  try {
    return new DialogueEngine(assistant).notices.map((notice) => placed(notice, assistant));
  } catch (error) {
    if (error instanceof InvalidAssistant) return error.findings.map((finding) => placed(finding, assistant));
    throw error;
  }
}

/** Adds the file and line to a remark of the engine, which names only the story or rule. */
function placed(finding: Remark, { stories, rules, config }: Assistant): Remark {
  if (finding.place) return finding;
  const [, kind, name] = /^(?:(Rule|Story|policy|The policy) )?"(.+?)"/i.exec(finding.message) ?? [];
  const candidates = kind === 'Rule' ? rules : kind === 'Story' ? stories : [...stories, ...rules];
  const place = [...candidates, ...config.policies].find(
    (candidate) => candidate.name === name?.split(' > ')[0],
  )?.place;
  return { ...finding, ...(place && { place }) };
}

/**
 * Remarks about responses that no story, rule or form uses. If there are custom actions, they may use these responses,
 * so the remark is only a note.
 */
function unsaidRemarks(assistant: Assistant): Remark[] {
  const { responses, actions } = assistant.domain;
  const said = saidByConversation(assistant);
  const unsaid = Object.keys(responses).filter((name) => !said.has(name));
  if (unsaid.length === 0) return [];
  const names = unsaid.join(', ');
  if (actions.length > 0)
    return [
      {
        level: 'note',
        message: `no story, rule or form uses these responses, so custom actions must use them: ${names}`,
      },
    ];
  return unsaid.map((name) => ({ level: 'warning', message: `no story, rule or form uses the response ${name}` }));
}

const distinct = (remarks: readonly Remark[]): Remark[] => [
  ...new Map(remarks.map((remark) => [JSON.stringify([remark.place, remark.message]), remark])).values(),
];
