import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { domainJson, type ActionServer, type Domain } from '#assistant';
import { RASA_VERSION } from '#contracts';
import { eventToJson, type ActionCall, type Event } from '#dialogue-engine';

const compressed = promisify(deflate);

/** Reads the events that were recorded in a conversation before this turn, oldest first. */
export type ReadHistory = (conversationId: string) => Promise<Event[]>;

/** Writes action calls in the format of Rasa's webhook protocol. */
export class ActionRequests {
  /** Written once, because it is the same in each call and takes hundreds of kilobytes in some assistants. */
  private readonly domain: string;
  private readonly needingDomain: ReadonlySet<string>;

  constructor(
    domain: Domain,
    private readonly readHistory: ReadHistory,
    private readonly isCompressed: boolean,
  ) {
    this.domain = JSON.stringify(domainJson(domain));
    this.needingDomain = new Set(domain.actionsWithDomain);
  }

  async write(
    { name, tracker }: ActionCall,
    { isDomainSelective }: Pick<ActionServer, 'isDomainSelective'>,
  ): Promise<{ body: Buffer; headers: Record<string, string> }> {
    const history = await this.readHistory(tracker.conversationId);
    const state = tracker.toRasaJson('ALL', history);
    const call = {
      next_action: name,
      sender_id: tracker.conversationId,
      tracker: { ...state, events: (state['events'] as Event[]).map(eventToJson) },
      version: RASA_VERSION,
    };
    const hasDomain = !isDomainSelective || this.needingDomain.has(name) || isValidation(name);
    const body = Buffer.from(`${JSON.stringify(call).slice(0, -1)},"domain":${hasDomain ? this.domain : '{}'}}`);
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    return this.isCompressed
      ? { body: await compressed(body), headers: { ...headers, 'content-encoding': 'deflate' } }
      : { body, headers };
  }
}

/** The validation of a form reads the form's slots from the domain. */
const isValidation = (name: string): boolean =>
  name.startsWith('validate_') || name === 'action_validate_slot_mappings';
