/** Codes that mean that no byte of the request left this machine. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
const NOT_TRUSTED = /^(CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_|HOSTNAME_MISMATCH)/;

/**
 * Why a network error with this code is harmless: `not-sent` without a connection, `not-trusted` when the server's
 * certificate was refused. In both cases the server cannot have done anything, so a retry is harmless.
 * `undefined` when that is uncertain.
 */
export function harmlessFailure(code: string | undefined): 'not-sent' | 'not-trusted' | undefined {
  if (code === undefined) return undefined;
  if (NOT_SENT.has(code)) return 'not-sent';
  return NOT_TRUSTED.test(code) ? 'not-trusted' : undefined;
}
