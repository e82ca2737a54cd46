import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { convertAssistant } from '#assistant';

export interface ConvertDataOptions {
  assistant: string;
  to: 'json' | 'yaml';
  out: string;
}

const SETTINGS_FILES = ['config.yml', 'endpoints.yml', 'credentials.yml'];

/**
 * `helpdesk data convert`: writes an assistant in another format into a new folder. Copies the settings unchanged, so
 * that the new folder is a complete assistant.
 * @throws Error when the folder is not empty, or is inside the assistant's folder
 */
export async function convertData({ assistant, to, out }: ConvertDataOptions): Promise<void> {
  // A folder inside the assistant would be read as part of it.
  if (!relative(assistant, out).startsWith('..'))
    throw new Error('--out must be a folder outside the assistant’s folder.');
  const present = await readdir(out).catch(() => []);
  if (present.length > 0) throw new Error(`${out} is not empty. Choose a new folder with --out.`);
  const { files, findings } = await convertAssistant(assistant, to);
  for (const { message, place } of findings) console.error(`  warning: ${place ? `${place.file} ` : ''}${message}`);
  for (const { path, content } of files) {
    const file = join(out, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  const settings = (await readdir(assistant)).filter((name) => SETTINGS_FILES.includes(name));
  await mkdir(out, { recursive: true });
  for (const name of settings) await copyFile(join(assistant, name), join(out, name));
  for (const path of [...files.map((file) => file.path), ...settings]) console.log(`  ${path}`);
  console.log(`Wrote ${files.length + settings.length} files to ${relative(process.cwd(), out) || '.'}.`);
}
