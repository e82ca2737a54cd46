/** Files: how a person hands one over, and how it gets to the gateway. */

/** For names that browsers know no type for, or one that nobody else uses. */
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
    // Choosing the same file again shall be a change.
    input.value = '';
  });
  box.addEventListener('paste', (event) => {
    const { clipboardData } = event;
    // What is copied from documents comes as a picture as well as text, and is meant as text.
    if (!clipboardData?.files.length || clipboardData.types.includes('text/plain')) return;
    event.preventDefault();
    take([...clipboardData.files]);
  });
  // On the whole window: a file that misses the page's area would make the browser leave the page.
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
 * Sends a file to the gateway.
 * @param {string} sessionId
 * @param {File} file
 * @param {(fraction: number) => void} progressed
 * @returns {Promise<{ fileId: string } | { problem: string, canRetry: boolean }>} it never rejects
 */
export function upload(sessionId, file, progressed) {
  // Not fetch: only this says how far it is.
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
