/**
 * A process that serves a model. Arguments: the model file, and a file with a list of texts. Parses the texts and then
 * prints its resident memory in bytes.
 */
import { readFileSync } from 'node:fs';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';

const [, , model = '', texts = ''] = process.argv;
const nlu = await NluModel.load(readFileSync(model), pretrained);
for (const text of JSON.parse(readFileSync(texts, 'utf8')) as string[]) await nlu.parse(text);
process.stdout.write(String(process.memoryUsage().rss));
