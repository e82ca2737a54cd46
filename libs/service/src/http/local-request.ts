/** Whether an address or a host name is this machine's own. */
export const isLoopback = (host: string | undefined): boolean =>
  host !== undefined && /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/.test(host);

/**
 * Whether a request to a service that listens on the loopback only comes from a program or a page of this machine, and
 * not from a page of elsewhere that a browser here shows: such a page names itself, or came under a name that is not
 * ours.
 * @param allowed web pages of elsewhere that may call, or `true` for all
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
