import { Inject, Injectable } from '@nestjs/common';
import { type IdentityLevel, type IncidentView } from '#contracts';
import { SETTINGS } from '#service';
import { IncidentBackend } from '../ports/incident-backend.js';
import { OPEN_STATES, type Incident } from '../ports/incident.js';
import { ActionRulesService } from '../operations/action-rules.service.js';
import { type IncidentSettings } from '../settings/incident.settings.js';
import { stateInWords } from '../ports/state-in-words.js';
import { relevance, saysSomething } from './relevance.js';

/** Number of a caller's incidents that are searched. */
const SEARCHED = 50;

export interface Wanted {
  number?: string;
  about?: string;
  /** Least share of the words of `about` that an incident must contain, 0 to 1. An unreadable incident contains none. */
  leastRelevance?: number;
  onlyOpen?: boolean;
}

/** Finds the incidents that a caller may see. No other code reads them for callers. */
@Injectable()
export class IncidentFinder {
  constructor(
    private readonly backend: IncidentBackend,
    private readonly rules: ActionRulesService,
    @Inject(SETTINGS) private readonly settings: IncidentSettings,
  ) {}

  /**
   * The incidents of the caller with this address, newest first, or best match first when `about` is given. An incident of
   * somebody else is not found, as if it did not exist. For an unknown address, nothing is found.
   * @param known numbers of the incidents that this conversation may read in full
   * @returns `withheld` when this identity level may see nothing
   * @throws BackendFailure
   */
  async find(
    email: string,
    level: IdentityLevel,
    wanted: Wanted,
    known: ReadonlySet<string> = new Set(),
  ): Promise<IncidentView[] | 'withheld'> {
    const { number, onlyOpen, about, leastRelevance = 0 } = wanted;
    const isSearch = about !== undefined && saysSomething(about);
    const canReadNone = level === 'claimed' && known.size === 0;
    // No incident can be relevant enough, so the call is saved.
    if (leastRelevance > 0 && (canReadNone || !isSearch)) return [];
    const incidents = (await this.incidentsOf(email, number)).filter(
      (each) => !onlyOpen || OPEN_STATES.has(each.state),
    );
    const readable = level === 'claimed' ? incidents.filter((each) => known.has(each.number)) : incidents;
    const found = isSearch ? mostRelevant(about, readable, leastRelevance) : readable;
    const views = found.map((each) => this.view(each));
    if (level !== 'claimed' || leastRelevance > 0 || (isSearch && views.length > 0)) return views;
    const rest = incidents.filter((each) => !readable.includes(each));
    if (this.settings.CLAIMED_ADDRESS_SEES === 'nothing') return views.length > 0 ? views : 'withheld';
    // A search reveals the text, so these incidents are listed whatever they are about.
    return [...views, ...rest.map((each) => ({ number: each.number, state: stateInWords(each) }))];
  }

  private async incidentsOf(email: string, number: string | undefined): Promise<Incident[]> {
    const caller = await this.backend.findCaller(email);
    if (!caller) return [];
    const one = number === undefined ? undefined : await this.backend.get(number.trim().toUpperCase());
    const found = number === undefined ? await this.backend.listForCaller(caller, SEARCHED) : one ? [one] : [];
    return found.filter(({ callerId }) => callerId === caller.id);
  }

  private view(incident: Incident): IncidentView {
    return {
      number: incident.number,
      state: stateInWords(incident),
      title: incident.title,
      openedAt: incident.openedAt.toISOString(),
      priority: incident.priority,
      isOpen: OPEN_STATES.has(incident.state),
      actions: this.rules.available(incident),
    };
  }
}

function mostRelevant(about: string, incidents: Incident[], least: number): Incident[] {
  const scored = incidents
    .map((incident) => ({
      incident,
      score: relevance(about, `${incident.title} ${incident.title} ${incident.description}`),
    }))
    .filter(({ score }) => score > 0 && score >= least);
  const best = Math.max(0, ...scored.map(({ score }) => score));
  return scored
    .filter(({ score }) => score >= best / 2)
    .sort((a, b) => b.score - a.score)
    .map(({ incident }) => incident);
}
