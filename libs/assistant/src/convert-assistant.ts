import { AssistantFolder } from './folder/assistant-folder.js';
import type { Finding } from './model/assistant.js';
import { Findings } from './model/findings.js';
import { writeJson, writeYaml } from './yaml/write-data.js';

/** A file of a converted assistant; `path` is relative to the assistant's folder. */
export interface ConvertedFile {
  path: string;
  content: string;
}

/**
 * Converts the data files of an assistant (domain, examples, stories, rules, tests) to another notation, file by file. It
 * keeps everything except comments, anchors and layout. NLU data in Rasa's JSON format becomes a list `nlu`.
 * Settings (`config.yml`, `endpoints.yml`, `credentials.yml`) are not converted: they are always YAML.
 * @throws AssistantError when a file cannot be read, or cannot be written in that notation
 */
export async function convertAssistant(
  directory: string,
  to: 'json' | 'yaml',
): Promise<{ files: ConvertedFile[]; findings: Finding[] }> {
  const findings = new Findings();
  const folder = await AssistantFolder.open(directory, findings);
  const sources = new Map<string, string>();
  const files: ConvertedFile[] = [];
  for (const map of [...(await folder.dataFiles()), ...(await folder.testFiles())]) {
    const { file } = map.place;
    const path = file.replace(/\.[^.]+$/, to === 'json' ? '.json' : '.yml');
    const other = sources.get(path);
    if (other !== undefined)
      findings.error(`and ${other} would both become ${path}; rename one of them`, { file, line: 1 });
    sources.set(path, file);
    const content = to === 'json' ? writeJson(map) : writeYaml(map);
    if (content === null) findings.error('has an infinite number, which JSON cannot hold', { file, line: 1 });
    else files.push({ path, content });
  }
  findings.throwIfRefused();
  return { files, findings: findings.all };
}
