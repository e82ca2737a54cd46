/** Lets people choose files, and uploads the files to the gateway. */

/** Types for file extensions for which browsers report no type or an unusual one. */
const TYPES = new Map([
  ['log', 'text/plain'],
  ['txt', 'text/plain'],
  ['md', 'text/plain'],
  ['csv', 'text/csv'],
]);

/**
 * Calls `take` with the files that a person chooses with the button, drops on the page or pastes into the box.
 * @param {{ button: HTMLElement, input: HTMLInputElement, box: HTMLElement, area: HTMLElement }} elements `area` shows
 *   where a file can be dropped
 * @param {(files: File[]) => void} take
 */
export function watchFiles({ button, input, box, area }, take) {
  button.addEventListener('click', () => {
    if (button.ariaDisabled !== 'true') input.click();
  });
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    // Without this, choosing the same file again would not cause a change event.
    input.value = '';
  });
  box.addEventListener('paste', (event) => {
    const { clipboardData } = event;
    // Documents put copied text on the clipboard both as text and as a picture. People mean the text.
    if (!clipboardData?.files.length || clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    take([...clipboardData.files]);
  });
  // The whole window accepts files, because the browser would leave the page to open a file dropped elsewhere.
  window.addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    area.classList.add('receiving');
  });
  window.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!relatedTarget) area.classList.remove('receiving');
  });
  window.addEventListener('drop', (event) => {
    area.classList.remove('receiving');
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    take([...event.dataTransfer.files]);
  });
}

/**
 * Uploads a file to the gateway.
 * @param {string} sessionId
 * @param {File} file
 * @param {(fraction: number) => void} progressed
 * @returns {Promise<{ fileId: string } | { problem: string, canRetry: boolean }>} it never rejects
 */
export function upload(sessionId, file, progressed) {
  // fetch does not report the progress of an upload.
  const request = new window.XMLHttpRequest();
  request.open('POST', `/webhooks/files/${encodeURIComponent(sessionId)}`);
  request.setRequestHeader('content-type', typeOf(file));
  request.setRequestHeader('x-file-name', encodeURIComponent(file.name.toWellFormed()));
  request.responseType = 'json';
  request.upload.addEventListener('progress', ({ loaded, total }) => progressed(loaded / total));
  return new Promise((resolve) => {
    request.addEventListener('loadend', () => resolve(outcomeOf(request)));
    request.send(file);
  });
}

/** @param {File} file */
function typeOf({ name, type }) {
  const ending = name.split('.').at(-1)?.toLowerCase() ?? '';
  return TYPES.get(ending) ?? (type || 'application/octet-stream');
}

/** @param {XMLHttpRequest} request */
function outcomeOf({ status, response }) {
  if (status === 201 && typeof response?.file_id === 'string') return { fileId: response.file_id };
  const problem =
    status !== 0 && typeof response?.detail === 'string'
      ? response.detail
      : 'The file could not be sent. Please check your connection.';
  return { problem, canRetry: ![413, 415, 422].includes(status) };
}
