import { email, phoneNumber, url } from './contact.recognizers.js';
import {
  creditCardNumber,
  errorCode,
  filePath,
  hostName,
  ipAddress,
  macAddress,
  ticketNumber,
} from './identifier.recognizers.js';
import { amountOfMoney, distance, duration, temperature, volume } from './measure.recognizers.js';
import { number, ordinal } from './number.recognizers.js';
import { type Finding, type Recognizer, type Setting, Source } from './recognizer.js';
import { time } from './time.recognizer.js';

/** Names and addresses: what is inside them is no number and no time. Of equal spans, the first wins. */
const IDENTIFIERS: Readonly<Record<string, Recognizer>> = {
  email,
  url,
  'ip-address': ipAddress,
  'mac-address': macAddress,
  'ticket-number': ticketNumber,
  'error-code': errorCode,
  'credit-card-number': creditCardNumber,
  'host-name': hostName,
  'file-path': filePath,
  'phone-number': phoneNumber,
};
/** Times, measures and numbers. Of equal spans, the first wins. */
const QUANTITIES: Readonly<Record<string, Recognizer>> = {
  time,
  duration,
  temperature,
  distance,
  volume,
  'amount-of-money': amountOfMoney,
  ordinal,
  number,
};
const OUR_OWN = ['ip-address', 'mac-address', 'ticket-number', 'error-code', 'host-name', 'file-path'];

/** Every dimension that is recognised here. */
export const DIMENSIONS: readonly string[] = [...Object.keys(IDENTIFIERS), ...Object.keys(QUANTITIES)];

/** Whether a Duckling server, too, may know a dimension. */
export const isOfDuckling = (dimension: string): boolean => !OUR_OWN.includes(dimension);

/** A finding and what it is. */
export interface Recognized extends Finding {
  dimension: string;
}

/**
 * Finds the values of the wanted dimensions, in order. No two overlap: first come identifiers, then quantities, the
 * longer before the shorter. Quantities inside identifiers of any dimension are not reported, but a number in a
 * duration is when durations are not wanted.
 *
 * @param given findings of another source for dimensions that are not recognised here in this call.
 */
export function recognize(
  text: string,
  wanted: readonly string[],
  setting: Setting,
  given: readonly Recognized[] = [],
): Recognized[] {
  const source = new Source(text, setting);
  const search = (recognizers: Readonly<Record<string, Recognizer>>, isSought: (dimension: string) => boolean) =>
    Object.entries(recognizers)
      .filter(([dimension]) => isSought(dimension))
      .flatMap(([dimension, find]) => find(source).map((finding): Recognized => ({ dimension, ...finding })));
  const isWanted = (dimension: string): boolean => wanted.includes(dimension);
  const isIdentifier = ({ dimension }: Recognized): boolean => Object.hasOwn(IDENTIFIERS, dimension);

  const taken = new Taken(text.length);
  const found = taken.add([...search(IDENTIFIERS, isWanted), ...given.filter(isIdentifier)]);
  const quantities = [...search(QUANTITIES, isWanted), ...given.filter((finding) => !isIdentifier(finding))];
  if (quantities.length === 0) return inOrder(found);
  taken.add(search(IDENTIFIERS, (dimension) => !isWanted(dimension)));
  return inOrder([...found, ...taken.add(quantities)]);
}

const inOrder = (findings: Recognized[]): Recognized[] => findings.sort((a, b) => a.start - b.start);

/** The characters of a text that belong to a finding. */
class Taken {
  private readonly isTaken: Uint8Array;

  constructor(length: number) {
    this.isTaken = new Uint8Array(length);
  }

  /** Takes the longest first; returns those that overlap nothing taken before. */
  add(findings: readonly Recognized[]): Recognized[] {
    const byLength = [...findings].sort((a, b) => b.end - b.start - (a.end - a.start));
    return byLength.filter(({ start, end }) => {
      if (this.isTaken.subarray(start, end).includes(1)) return false;
      this.isTaken.fill(1, start, end);
      return true;
    });
  }
}
