import { findProgram, installPackage } from './installed-program.js';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Path of a Chromium: `CHROMIUM_PATH`, or else an installed one, or else one from the package, which is then installed. */
export function findChromium(): string {
  const found = process.env['CHROMIUM_PATH'] ?? findProgram(NAMES);
  if (found) return found;
  installPackage('chromium', 'CHROMIUM_PATH');
  const installed = findProgram(NAMES);
  if (!installed) throw new Error('The package chromium was installed, but there is no program of that name.');
  return installed;
}
