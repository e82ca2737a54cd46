import { waitUntil } from '#testing';
import { converse, type Helpdesk } from './helpdesk.js';
import { type SocketClient } from './socket-client.js';

/** The title under which a person reports that a thing is broken. */
export const titleOf = (thing: string): string => `The ${thing} does not work`;

/** Describes a problem in the chat. Resolves when the assistant asks whether it shall open an incident. */
export const describeProblem = (client: SocketClient, thing: string): Promise<string> =>
  converse(
    client,
    ['I want to open an incident', /urgent/],
    ['/inform{"priority":"low"}', /problem/],
    [`My ${thing} does not work any more`, /title/],
    [titleOf(thing), /Shall I open/],
  );

/** The numbers of all incidents about this thing. */
export const numbersOf = (desk: Helpdesk, thing: string): string[] =>
  desk
    .opened()
    .filter(({ title }) => title === titleOf(thing))
    .map(({ number }) => number);

/** Resolves with the number that the assistant sends in a later message. */
export async function laterNumber({ heard }: SocketClient, thing: string): Promise<string> {
  const announced = await waitUntil(`the assistant sends the number of the ${thing}`, () =>
    heard.find(({ text = '' }) => text.includes(`Your incident "${titleOf(thing)}" now has a number`)),
  );
  return /INC\d+/.exec(announced.text ?? '')?.[0] ?? '';
}
