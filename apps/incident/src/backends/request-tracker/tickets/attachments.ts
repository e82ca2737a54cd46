import { BackendFailure } from '../../../ports/backend-failure.js';
import { type NewFile } from '../../../ports/incident.js';
import { type StoredFile } from './records.js';

const MAX_NAME = 100;
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,80}\/[a-z0-9!#$&^_.+-]{1,80}$/i;

/** A message that consists of a file. @throws BackendFailure `rejected` for an empty file, which RT does not accept */
export function messageWithFile({ name, type, content }: NewFile): object {
  if (content.length === 0) throw new BackendFailure('rejected', 'Request Tracker accepts no empty files.');
  return {
    Attachments: [
      {
        FileName: fileName(name),
        FileType: MEDIA_TYPE.test(type) ? type : 'application/octet-stream',
        FileContent: content.toString('base64'),
      },
    ],
  };
}

/** Whether RT has this file, compared by the name that we gave it there and by size. */
export const isSame = ({ name, content }: NewFile, { Filename, ContentLength }: StoredFile): boolean =>
  Filename === fileName(name) && Number(ContentLength) === content.length;

/** RT fails on names with non-ASCII characters. */
function fileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|[/\\:*?"<>|]/gu, '_')
    .replace(/^\.+/, '');
  const [, stem = '', extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,10})?$/s.exec(plain) ?? [];
  return `${stem.slice(0, MAX_NAME - extension.length) || 'file'}${extension}`;
}
