/**
 * A process that serves a model. Arguments: the file of the model, and a file with a list of texts. Prints its resident
 * bytes after it parsed the texts.
 */
import { readFileSync } from 'node:fs';
import { NluModel } from '#nlu-engine';
import { pretrained } from '#nlu-pretrained';

const [, , model = '', texts = ''] = process.argv;
const nlu = await NluModel.load(readFileSync(model), pretrained);
for (const text of JSON.parse(readFileSync(texts, 'utf8')) as string[]) nlu.parse(text);
process.stdout.write(String(process.memoryUsage().rss));
