/** Whether an address or a host name is a loopback one. */
export const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

/**
 * Whether a request to a service that listens on loopback only comes from a program or page of this machine, and
 * not from a remote page in a local browser. A remote page reveals itself by its origin, or by a foreign host
 * name.
 * @param allowed origins of remote pages that may call, or `true` for all
 */
export function isLocalRequest(
  { origin, host = '' }: { origin?: string | undefined; host?: string | undefined },
  allowed: string[] | boolean = false,
): boolean {
  const isKnownPage =
    origin === undefined ||
    isLoopback(hostOf(origin)) ||
    allowed === true ||
    (Array.isArray(allowed) && allowed.includes(origin));
  return isLoopback(hostOf(`http://${host}`)) && isKnownPage;
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname;
  } catch {
    return undefined;
  }
}
