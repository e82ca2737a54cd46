import { byPattern, type Recognizer } from './recognizer.js';

/** IPv4 and IPv6 addresses, with the length of a prefix where one is written (`10.0.0.0/8`); the value is lower case. */
export const ipAddress: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_:.-])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[\da-f.]{0,5}:)[\da-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?)(?:\/\d{1,3})?(?![\p{L}\p{N}_]|[.:][\p{L}\p{N}])/giu,
  (text) => {
    const [address = '', prefix] = text.toLowerCase().split('/');
    const bits = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
    if (Number(prefix ?? 0) > bits) return undefined;
    return { value: text.toLowerCase(), type: 'value' };
  },
);

const isIpv4 = (address: string): boolean => {
  const bytes = address.split('.');
  return bytes.length === 4 && bytes.every((byte) => /^(?:0|[1-9]\d{0,2})$/.test(byte) && Number(byte) < 256);
};

/** Text forms of RFC 4291, section 2.2. `::` by itself and the like are taken for punctuation. */
function isIpv6(address: string): boolean {
  const halves = address.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const size = groups.length + (last.includes('.') ? 1 : 0);
  const areGroups = groups.every((group, at) =>
    group.includes('.') ? at === groups.length - 1 && isIpv4(group) : /^[\da-f]{1,4}$/.test(group),
  );
  return (
    areGroups && /\d|[a-f]{2}/.test(address) && (halves.length === 1 ? size === 8 : halves.length === 2 && size < 8)
  );
}

/** Hardware addresses of six bytes; the value is lower case with colons. */
export const macAddress: Recognizer = byPattern(
  /(?<![\p{L}\p{N}:.-])(?:[\da-f]{2}(?::[\da-f]{2}){5}|[\da-f]{2}(?:-[\da-f]{2}){5}|[\da-f]{4}(?:\.[\da-f]{4}){2})(?![\p{L}\p{N}]|[:.-][\p{L}\p{N}])/giu,
  (text) => ({
    value: text
      .toLowerCase()
      .replace(/[:.-]/g, '')
      .replace(/(..)(?!$)/g, '$1:'),
    type: 'value',
  }),
);

/** Record numbers as ServiceNow gives them (`INC0012345`, `RITM 0012345`); the value is upper case without gaps. */
export const ticketNumber: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_])(?:(?:INC|REQ|RITM|CHG|PRB|TASK|CS|SCTASK|CTASK|PTASK)\d{4,12}|(?:INC|REQ|RITM|CHG|PRB|TASK|SCTASK|CTASK|PTASK)(?:[ #-]|: )\d{7,12})(?![\p{L}\p{N}_])/giu,
  (text) => ({ value: text.replace(/[ #:-]/g, '').toUpperCase(), type: 'value' }),
);

/** Last parts of a name that make it one: private networks', and common ones of the Internet. */
const ENDINGS = new Set(
  (
    'local localdomain lan corp intern internal intranet home private test example invalid localhost ad ' +
    'com net org edu gov mil int info biz io dev app cloud tech online eu de at ch uk us fr nl pl cz dk se fi be it es pt ie'
  ).split(' '),
);
/** Endings that are words, too: a full stop without a space after it joins a sentence with its successor. */
const WORDS = new Set('it at us be es se in is home test app info example private online int de'.split(' '));
const MACHINE =
  'srv|server|pc|nb|notebook|laptop|desktop|lt|ws|wks|workstation|client|clt|host|vm|hv|esx|esxi|db|sql|dc|fs|web|app|mail|mx|exch|ex|prn|prt|print|printer|drucker|sw|switch|rtr|router|fw|ap|wlan|nas|san|ts|rds|ctx|citrix|vdi|vpn|dns|proxy|backup|bkp|mon|sap|tc|ipad|iphone|tab|mac|macbook';

/**
 * Names of computers: with a domain (`srv-mail01.corp.example`), or as machines are called in companies, with a hyphen
 * and digits (`PC-4711`, `LAPTOP-8F3K2A1`) or a short prefix and digits (`SRV01`, `PC4711`). A bare word is none, and
 * neither is the name of a file. The value is lower case.
 */
export const hostName: Recognizer = (source) => [
  ...qualifiedName(source),
  ...machineName(source),
  ...prefixedName(source),
];

const qualifiedName = byPattern(
  /(?<![\p{L}\p{N}_@.\\/-])(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.){1,6}[a-z]{2,11}(?![\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/giu,
  (text) => {
    const labels = text.toLowerCase().split('.');
    const ending = labels.at(-1)!;
    if (!ENDINGS.has(ending) || (labels.length === 2 && labels[0]!.length < 2)) return undefined;
    const isClear = labels.length > 2 || !WORDS.has(ending) || /[\d-]/.test(labels[0]!);
    return isClear ? { value: text.toLowerCase(), type: 'value' } : undefined;
  },
);
const NAME_END = String.raw`(?![\p{L}\p{N}_@]|-[\p{L}\p{N}]|\.[\p{L}\p{N}])`;
const machineName = byPattern(
  new RegExp(
    String.raw`(?<![\p{L}\p{N}_@.\\/-])(?:[a-z\d]{1,15}-){0,3}(?:${MACHINE})[a-z]{0,8}\d{0,6}(?:-[a-z\d]{1,15}){0,4}${NAME_END}`,
    'giu',
  ),
  (text) => {
    const digits = text.replace(/\D/g, '').length;
    // `server-2019` is a product.
    const isName = text.includes('-') && digits >= 2 && !/^[a-z]+-20\d\d$/i.test(text);
    return isName ? { value: text.toLowerCase(), type: 'value' } : undefined;
  },
);
const prefixedName = byPattern(
  new RegExp(
    String.raw`(?<![\p{L}\p{N}_@.\\/-])(?:srv\d{2,6}|(?:pc|nb|lt|wks|vm|clt|prn|prt)\d{3,8})${NAME_END}`,
    'giu',
  ),
  (text) => ({ value: text.toLowerCase(), type: 'value' }),
);

/** Absolute paths of Windows (`C:\Temp\a.log`, `\\server\share`) and, from two folders on, of Unix (`/var/log/syslog`). */
export const filePath: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_/\\:.<])(?:(?:[a-z]:\\|\\\\(?=[\p{L}\p{N}]))(?:[\p{L}\p{N}_.$()~&+%-]{1,64}(?: [\p{L}\p{N}_.$()~&+%-]{1,64}){0,3}\\){0,12}[\p{L}\p{N}_.$()~&+%-]{0,64}|(?:\/[\p{L}\p{N}_.~+%-]{1,64}){2,12})/giu,
  (text) => {
    const value = text.replace(/[.)]{1,3}$/, '');
    return value.length >= 4 ? { value, type: 'value' } : undefined;
  },
);

/**
 * Error codes: hexadecimal (`0x80070005`), names in capitals (`ERR_CONNECTION_REFUSED`), `AADSTS50126` and its like, and
 * a number after the word error (`error code 1603`). The value is upper case but for `0x`.
 */
export const errorCode: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_])(?:0[xX][\da-fA-F]{4,16}|[A-Z]{2,20}(?:_[A-Z\d]{1,20}){1,6}|(?:AADSTS|ORA-|HTTP )\d{3,7}|(?<=(?:[Ee]rror|ERROR|[Ff]ehler|FEHLER)(?:[ -]?(?:[Cc]ode|CODE|[Nn]umber|[Nn]ummer))?(?: is| ist|:)? )\d{3,8})(?![\p{L}\p{N}_]|[.,:]\d)/gu,
  (text) => ({ value: /^0x/i.test(text) ? `0x${text.slice(2).toUpperCase()}` : text, type: 'value' }),
);

const ISSUERS: readonly [RegExp, string][] = [
  [/^4/, 'visa'],
  [/^(?:5[1-5]|2[2-7])/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^6(?:011|5)/, 'discover'],
];

/** Payment card numbers of 13 to 19 digits whose check digit is right (Luhn, 1954), with their issuer. */
export const creditCardNumber: Recognizer = byPattern(
  /(?<![\p{L}\p{N}_+.-])(?:\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5}|\d{13,19})(?![\p{L}\p{N}_]|[.-]\d)/gu,
  (text) => {
    const value = text.replace(/\D/g, '');
    const issuer = ISSUERS.find(([pattern]) => pattern.test(value))?.[1] ?? 'other';
    return isLuhn(value) ? { value, issuer } : undefined;
  },
);

function isLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0 && sum > 0;
}
