import type { Place } from '../model/assistant.js';
import type { Findings } from '../model/findings.js';

/** Training data formats of other products, recognized by content. None of them is read. */
const FORMATS: { ending: string; looks: RegExp; what: string }[] = [
  {
    ending: '.md',
    looks:
      /^## *(?:intent|synonym|regex|lookup) *:|^## .*\n(?:.*\n){0,3}?\* *\w+.*\n(?:.*\n){0,3}? *- *(?:utter|action)_/m,
    what: 'is training data in Markdown, which Rasa 3 has given up too; convert it to YAML with Rasa 2',
  },
  {
    ending: '.json',
    looks: /"luis_schema_version"/,
    what: 'is an app exported from LUIS, which is not read; write its utterances as YAML',
  },
  {
    ending: '.json',
    looks: /"(?:userSays|defaultResponsePlatforms)"\s*:/,
    what: 'is an agent exported from Dialogflow, which is not read; write its phrases as YAML',
  },
  {
    ending: '.json',
    looks: /"utterances"\s*:\s*\[\s*\{\s*"(?:text|entities|intent|traits)"/,
    what: 'is an app exported from Wit.ai, which is not read; write its utterances as YAML',
  },
];

/** Whether a file has training data in another format. Adds a warning; otherwise the data would be ignored silently. */
export function isForeignData(file: string, source: string, findings: Findings): boolean {
  for (const { ending, looks, what } of FORMATS) {
    const found = file.endsWith(ending) ? looks.exec(source) : null;
    if (!found) continue;
    findings.warning(what, placeIn(file, source, found.index));
    return true;
  }
  return false;
}

const placeIn = (file: string, source: string, offset: number): Place => ({
  file,
  line: source.slice(0, offset).split('\n').length,
  column: 1,
});
